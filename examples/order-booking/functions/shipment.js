'use strict';
const { ship } = require('./rules');

/** 17 and 14 states. */
exports.handler = async (document) => ship(document, new Date());

/** 9 states: saves the shipment too. */
exports.saving = async (document) => {
  const { saveShipment } = require('./steps');
  const shipment = ship(document, new Date());
  await saveShipment(document, shipment);
  return shipment;
};

/** 6 states: and announces it. */
exports.announcing = async (document, context) => {
  const { announce, accountOf } = require('./steps');
  const shipment = await exports.saving(document);
  await announce(accountOf(context)).shipped(document, shipment);
  return shipment;
};
