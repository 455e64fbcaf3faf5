'use strict';
/** The order's rules, shared by every function and every architecture, so that all of them decide alike. Pure: no service is called here. */

/** Countries that the shipping service delivers to (ISO 3166-1). */
const deliverable = new Set(['CA', 'US', 'DE', 'FR', 'GB', 'JP']);

/** A refusal with a name, as the workflow's Fail state shows it. */
class OrderError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** What is wrong with an order document: all of it at once. */
function validate(document) {
  const { order, customer, payment, deliveryDetails } = document ?? {};
  const reasons = [];
  for (const [name, part] of Object.entries({ order, customer, payment, deliveryDetails })) {
    if (typeof part !== 'object' || part === null) reasons.push(`${name} is missing`);
  }
  if (reasons.length > 0) return { valid: false, error: 'OrderInvalid', reasons };
  if (!order.OrderId) reasons.push('order.OrderId is missing');
  if (!order.ItemId) reasons.push('order.ItemId is missing');
  if (!Number.isInteger(order.Quantity) || order.Quantity < 1) reasons.push('order.Quantity must be a whole number from 1');
  if (!(Number(order.OrderTotal?.Amount) > 0)) reasons.push('order.OrderTotal.Amount must be above 0');
  if (!customer.CustomerId) reasons.push('customer.CustomerId is missing');
  if (!/^\d{12,19}$/.test(String(payment.CardNumber ?? ''))) reasons.push('payment.CardNumber must have 12 to 19 digits');
  if (reasons.length > 0) return { valid: false, error: 'OrderInvalid', reasons };
  const country = deliveryDetails.ShippingAddress?.Country;
  if (!deliverable.has(country)) {
    return { valid: false, error: 'OrderUndeliverable', reasons: [`${country ?? 'the address'} is outside the deliverable area`] };
  }
  return { valid: true, error: null, reasons: [] };
}

/**
 * Charges the customer. A pending payment clears at the second attempt. The charge is keyed by its payment, so that a second
 * call for the same one charges nothing again.
 */
function charge(document, attempt, now) {
  const { order, payment } = document;
  const status = payment.PaymentStatus === 'Paid' || (payment.PaymentStatus === 'Pending' && attempt > 1) ? 'Paid' : payment.PaymentStatus === 'Pending' ? 'Pending' : 'Declined';
  return {
    status,
    attempt,
    // DynamoDB takes numbers as text.
    amount: String(order.OrderTotal.Amount),
    currency: order.OrderTotal.CurrencyCode,
    // A card number is never stored or handed on.
    cardLastFour: String(payment.CardNumber).slice(-4),
    chargedAt: now.toISOString(),
  };
}

function ship(document, now) {
  const { order, deliveryDetails } = document;
  const day = 24 * 60 * 60 * 1000;
  return {
    deliveryId: deliveryDetails.DeliveryId || `D-${order.OrderId}`,
    service: deliveryDetails.ShipmentService || 'Standard',
    startedAt: now.toISOString(),
    earliest: new Date(now.getTime() + day).toISOString(),
    latest: new Date(now.getTime() + 5 * day).toISOString(),
  };
}

/** Named refusals, in the order in which an order meets them. */
const refusals = new Set(['OrderInvalid', 'OrderUndeliverable', 'OutOfStock', 'PaymentDeclined', 'DuplicateOrder']);

const outOfStock = ({ order, stock }) => ({ error: 'OutOfStock', cause: `${stock.count} of item ${order.ItemId} left, ${order.Quantity} ordered` });
const declined = ({ payment }) => ({ error: 'PaymentDeclined', cause: `Payment ${payment?.PaymentId} was refused` });
const duplicate = ({ order }) => ({ error: 'DuplicateOrder', cause: `Order ${order?.OrderId} was billed before` });

/** What a Lambda's cause carries as JSON, or the text as it is. */
function messageOf(cause) {
  try {
    return JSON.parse(cause).errorMessage ?? cause;
  } catch {
    return cause ?? '';
  }
}

/** Names what stopped an order, whichever step it was. */
function failureOf(document) {
  const { validation, stock, charge: charged, failure, order } = document;
  if (failure) {
    if (refusals.has(failure.Error)) return { error: failure.Error, cause: messageOf(failure.Cause) };
    if (/ConditionalCheckFailed/.test(failure.Error)) return duplicate(document);
    return { error: 'OrderNotProcessed', cause: `${failure.Error}: ${messageOf(failure.Cause)}` };
  }
  if (validation && !validation.valid) return { error: validation.error, cause: validation.reasons.join('; ') };
  if (charged && charged.status !== 'Paid') return declined(document);
  if (stock && stock.count < order.Quantity) return outOfStock(document);
  return { error: 'OrderNotProcessed', cause: 'The order stopped for no reason that it carries' };
}

/** Throws what failureOf would name, for the workflows whose Choice states are folded into functions. */
function demand(document) {
  const validation = validate(document);
  if (!validation.valid) throw new OrderError(validation.error, validation.reasons.join('; '));
  if (document.stock && document.stock.count < document.order.Quantity) {
    const { error, cause } = outOfStock(document);
    throw new OrderError(error, cause);
  }
  return validation;
}

/** A charge that is Paid, or the named refusal; `PaymentPending` is for the caller to wait out. */
function demandPaid(document, charged) {
  if (charged.status === 'Pending') throw new OrderError('PaymentPending', `Payment ${document.payment.PaymentId} is pending`);
  if (charged.status !== 'Paid') throw new OrderError(declined(document).error, declined(document).cause);
  return charged;
}

module.exports = { OrderError, validate, charge, ship, failureOf, demand, demandPaid, duplicate };
