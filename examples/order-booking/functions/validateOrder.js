'use strict';
const { validate, demand } = require('./rules');

/** 17 states: the workflow's Choice decides on the answer. */
exports.handler = async (document) => validate(document);

/** 14 states: the stock was read by the workflow; the function decides and throws. */
exports.deciding = async (document) => demand(document);

/** 9 states: the function reads the stock too. */
exports.reading = async (document) => {
  const { readStock } = require('./steps');
  demand(document);
  return demand({ ...document, stock: await readStock(document) });
};

/** 6 states: and announces the order. */
exports.announcing = async (document, context) => {
  const { announce, accountOf } = require('./steps');
  const validation = await exports.reading(document);
  await announce(accountOf(context)).created(document);
  return validation;
};
