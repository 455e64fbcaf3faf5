'use strict';
const { charge, demandPaid } = require('./rules');

/** 17 states: the workflow's Choice decides on the status. */
exports.handler = async (document) => charge(document, (document.charge?.attempt ?? 0) + 1, new Date());

/** 14 states: throws PaymentPending, which the workflow catches and waits out, or PaymentDeclined. */
exports.deciding = async (document) => demandPaid(document, charge(document, document.pending ? 2 : 1, new Date()));

/** 9 states: waits out a pending payment itself and saves the bill. */
exports.saving = async ({ submission, ...document }) => {
  const { settle, saveBill } = require('./steps');
  const charged = await settle(document);
  await saveBill(document, charged, submission);
  return charged;
};

/** 6 states: and announces the payment. */
exports.announcing = async (event, context) => {
  const { announce, accountOf } = require('./steps');
  const charged = await exports.saving(event);
  await announce(accountOf(context)).paid(event, charged);
  return charged;
};
