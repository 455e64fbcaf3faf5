'use strict';
/**
 * The event-driven order: three stages, each a Lambda subscribed to a topic, each saving its result and publishing to the next
 * topic. What the study missed is here: OrderStatusTable says where every order is, and refusals and dead letters end in one
 * stage that publishes nothing, so no failure can loop.
 *
 *   OrderSubmitted → validate → OrderValidated → charge → OrderCharged → ship → OrderShipped
 *                        └────────── OrderRejected ←──┘─────────────────┘        (rejected; dead letters too)
 */
const { DynamoDBClient, UpdateItemCommand } = require('@aws-sdk/client-dynamodb');
const { demand, OrderError, ship } = require('../functions/rules');
const { readStock, settle, saveBill, saveShipment, accountOf, publish } = require('../functions/steps');

const dynamodb = new DynamoDBClient({});

/** Statuses an order never leaves. */
const final = ['Shipped', 'Failed'];

/**
 * Moves an order on in the status table and notes when the stage began and ended (epoch ms on the stage's own clock) and which
 * invocation it was, as Lambda's log calls it. False if the order had already reached a final status or passed this stage: the
 * message came twice.
 */
async function record({ submission, OrderId }, status, stage, { startedAt, requestId }, extra = {}) {
  const names = {
    '#status': 'Status',
    '#began': `${stage}StartedAt`,
    '#ended': `${stage}FinishedAt`,
    '#request': `${stage}RequestId`,
  };
  const values = {
    ':status': { S: status },
    ':began': { N: String(startedAt) },
    ':ended': { N: String(Date.now()) },
    ':order': { S: OrderId ?? '-' },
    ':request': { S: requestId },
    ':shipped': { S: final[0] },
    ':failed': { S: final[1] },
  };
  const sets = ['#status = :status', '#began = :began', '#ended = :ended', '#request = :request', 'OrderId = :order'];
  for (const [name, value] of Object.entries(extra)) {
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    sets.push(`#${name} = :${name}`);
  }
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: 'OrderStatusTable',
        Key: { SubmissionId: { S: submission } },
        UpdateExpression: `SET ${sets.join(', ')}`,
        ConditionExpression:
          'attribute_not_exists(SubmissionId) OR (attribute_not_exists(#ended) AND NOT #status IN (:shipped, :failed))',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      }),
    );
    return true;
  } catch (error) {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
    return false;
  }
}

/**
 * One stage: for each message do the work, record it, publish what came of it. A refusal goes to OrderRejected; anything else
 * is thrown, so that Lambda retries and then leaves the message to the dead-letter queue.
 */
const stage = (name, status, next, work) => async (event, context) => {
  for (const { Sns } of event.Records) {
    const startedAt = Date.now();
    const message = JSON.parse(Sns.Message);
    const key = { submission: message.submission, OrderId: message.order?.OrderId };
    const account = accountOf(context);
    try {
      const done = await work(message);
      const extra = name === 'Validate' ? { SubmittedAt: { N: String(Date.parse(Sns.Timestamp)) } } : {};
      await record(key, status, name, { startedAt, requestId: context.awsRequestId }, extra);
      // Published even when the record was there before: the first delivery may have died between the two. The next stage records once.
      await publish(account, next, { ...message, ...done });
    } catch (error) {
      if (!(error instanceof OrderError)) throw error;
      await publish(account, 'OrderRejected', {
        submission: message.submission,
        OrderId: key.OrderId,
        stage: name,
        submittedAt: name === 'Validate' ? Date.parse(Sns.Timestamp) : undefined,
        error: error.name,
        cause: error.message,
      });
    }
  }
};

exports.validate = stage('Validate', 'Validated', 'OrderValidated', async (message) => {
  demand(message);
  const stock = await readStock(message);
  demand({ ...message, stock });
  return {};
});

exports.charge = stage('Charge', 'Charged', 'OrderCharged', async (message) => {
  const charged = await settle(message);
  await saveBill(message, charged, message.submission);
  return { charge: charged };
});

exports.ship = stage('Ship', 'Shipped', 'OrderShipped', async (message) => {
  const shipment = ship(message, new Date());
  await saveShipment(message, shipment);
  return { shipment };
});

/** The end of every order that fails. Publishes nothing: a failure cannot start another round. */
exports.rejected = async (event, { awsRequestId: requestId }) => {
  for (const { Sns } of event.Records) {
    const { submission, OrderId, stage: at, submittedAt, error, cause } = JSON.parse(Sns.Message);
    await record(
      { submission, OrderId },
      'Failed',
      'Reject',
      { startedAt: Date.now(), requestId },
      {
        Error: { S: error },
        Cause: { S: cause },
        FailedStage: { S: at },
        ...(submittedAt === undefined ? {} : { SubmittedAt: { N: String(submittedAt) } }),
      },
    );
  }
};

/**
 * What a stage could not handle after Lambda's retries, from the dead-letter topic: the order fails, named and visible. The
 * message is the event as the stage got it.
 */
exports.deadLetter = async (event, { awsRequestId: requestId }) => {
  for (const { Sns } of event.Records) {
    const reason = Sns.MessageAttributes?.ErrorMessage?.Value ?? 'a stage and its retries failed';
    for (const { Sns: original } of JSON.parse(Sns.Message).Records ?? []) {
      const { submission, order } = JSON.parse(original.Message);
      await record(
        { submission, OrderId: order?.OrderId },
        'Failed',
        'Reject',
        { startedAt: Date.now(), requestId },
        {
          Error: { S: 'OrderNotProcessed' },
          Cause: { S: reason },
        },
      );
    }
  }
};
