'use strict';
/**
 * The steps that call a service, for the systems that do so from code: the 9- and 6-state workflows, the event-driven chain and
 * the gateway. The AWS SDK is the one every Node runtime of Lambda carries; endpoint, region and credentials come from the environment.
 */
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
const { OrderError, charge, demandPaid, duplicate } = require('./rules');

const dynamodb = new DynamoDBClient({});
const sns = new SNSClient({});

/** How long a pending payment is left alone before the customer is charged again, ms: the Wait state of the full workflow. */
const pendingMs = 2000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function readStock(document) {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: 'Inventory', Key: { ItemId: { S: document.order?.ItemId || '-' } } }),
  );
  return { count: Item ? Number(Item.Count.N) : 0 };
}

/** Charges, waiting out a pending payment once. */
async function settle(document) {
  const first = charge(document, 1, new Date());
  if (first.status !== 'Pending') return demandPaid(document, first);
  await sleep(pendingMs);
  return demandPaid(document, charge(document, 2, new Date()));
}

/**
 * One bill an order. `submission` says which attempt to place the order this is: the same one may write again (a retry, a
 * message delivered twice), another one is a duplicate.
 */
async function saveBill(document, charged, submission) {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: 'CustomerBillHistoryTable',
        Item: {
          OrderId: { S: document.order.OrderId },
          TransactionAmount: { N: charged.amount },
          Currency: { S: charged.currency },
          CardLastFour: { S: charged.cardLastFour },
          ChargeTimeStamp: { S: charged.chargedAt },
          SubmissionId: { S: submission },
        },
        ConditionExpression: 'attribute_not_exists(OrderId) OR SubmissionId = :submission',
        ExpressionAttributeValues: { ':submission': { S: submission } },
      }),
    );
  } catch (error) {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
    const { error: name, cause } = duplicate(document);
    throw new OrderError(name, cause);
  }
}

async function saveShipment(document, shipment) {
  await dynamodb.send(
    new PutItemCommand({
      TableName: 'ShipmentHistoryTable',
      Item: {
        OrderId: { S: document.order.OrderId },
        DeliveryId: { S: shipment.deliveryId },
        ShipmentService: { S: shipment.service },
        StartShipmentTimestamp: { S: shipment.startedAt },
        EarliestShipDate: { S: shipment.earliest },
        LatestShipDate: { S: shipment.latest },
      },
    }),
  );
}

/** The account a function runs in, from its own ARN; topics of the same account and region are meant. */
const accountOf = (context) => context.invokedFunctionArn.split(':')[4];

async function publish(accountId, topic, message) {
  const TopicArn = `arn:aws:sns:${process.env.AWS_REGION}:${accountId}:${topic}`;
  await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
}

/** The three announcements, worded as the workflow words them. */
const announce = (accountId) => ({
  created: ({ order, customer }) =>
    publish(accountId, 'OrderCreation', { OrderId: order.OrderId, CustomerId: customer.CustomerId, Event: 'OrderCreated' }),
  paid: ({ order }, charged) =>
    publish(accountId, 'OrderPayment', { OrderId: order.OrderId, Amount: charged.amount, Currency: charged.currency, Event: 'OrderPaid' }),
  shipped: ({ order }, shipment) =>
    publish(accountId, 'OrderShipment', { OrderId: order.OrderId, DeliveryId: shipment.deliveryId, Event: 'OrderShipped' }),
});

module.exports = { readStock, settle, saveBill, saveShipment, accountOf, publish, announce };
