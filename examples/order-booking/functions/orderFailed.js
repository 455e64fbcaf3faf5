'use strict';
const { failureOf } = require('./rules');

exports.handler = async (document) => {
  const failure = failureOf(document);
  console.log(JSON.stringify({ OrderId: document.order?.OrderId, ...failure }));
  return failure;
};
