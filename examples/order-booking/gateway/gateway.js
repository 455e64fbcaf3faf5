'use strict';
/**
 * The code-based order: one HTTP door that calls the same functions, tables and topics itself. `POST /order` answers with the
 * order, or with what it was refused for. Endpoint, region and credentials come from the environment, as on an EC2 instance.
 */
const { randomUUID } = require('node:crypto');
const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
const fastify = require('fastify');
const { OrderError, failureOf } = require('../functions/rules');
const { readStock, saveBill, saveShipment, announce } = require('../functions/steps');

/** An order waits for its functions for over two seconds: with the SDK's usual 50 connections, 20 orders a second would be the most. */
const connections = { keepAlive: true, maxSockets: 1000 };
const lambda = new LambdaClient({ requestHandler: { httpAgent: connections, httpsAgent: connections } });
/** A pending payment is left alone this long, as the workflow's Wait state does, and then charged once more. */
const pendingMs = 2000;
/** Lambda's own throttles and faults are tried again, as the workflow's Retry does: seconds 1, 2, 4. */
const retryMs = [1000, 2000, 4000];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls a function and gives back what it returns; its own failures throw with Lambda's names. `requests` gets the invocation's id. */
async function invoke(FunctionName, document, requests, attempt = 0) {
  try {
    const reply = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(document) }));
    requests.push(reply.$metadata.requestId);
    const payload = JSON.parse(Buffer.from(reply.Payload).toString());
    if (reply.FunctionError) throw new OrderError('OrderNotProcessed', `${payload.errorType}: ${payload.errorMessage}`);
    return payload;
  } catch (error) {
    const passing = ['TooManyRequestsException', 'ServiceException'].includes(error.name) || error.$metadata?.httpStatusCode >= 500;
    if (!passing || attempt >= retryMs.length) throw error;
    await sleep(retryMs[attempt]);
    return invoke(FunctionName, document, requests, attempt + 1);
  }
}

/** Throws the refusal that a document carries. */
function refuse(document) {
  const { error, cause } = failureOf(document);
  throw new OrderError(error, cause);
}

/** One order through all steps; `stages` gets the ms each took, on this process's clock, and `requests` the invocations of each. */
async function place(document, submission, accountId, stages, requests) {
  const order = { ...document };
  const timed = async (name, work) => {
    const from = performance.now();
    requests[name] ??= [];
    try {
      return await work((FunctionName) => invoke(FunctionName, order, requests[name]));
    } finally {
      stages[name] = (stages[name] ?? 0) + performance.now() - from;
    }
  };
  const say = announce(accountId);
  await timed('validate', async (call) => {
    order.validation = await call('validateOrder');
    if (!order.validation.valid) refuse(order);
    order.stock = await readStock(order);
    if (order.stock.count < order.order.Quantity) refuse(order);
    await say.created(order);
  });
  await timed('charge', async (call) => {
    order.charge = await call('chargeCustomer');
    if (order.charge.status === 'Pending') {
      await sleep(pendingMs);
      order.charge = await call('chargeCustomer');
    }
    if (order.charge.status !== 'Paid') refuse(order);
    await saveBill(order, order.charge, submission);
    await say.paid(order, order.charge);
  });
  await timed('ship', async (call) => {
    order.shipment = await call('shipment');
    await saveShipment(order, order.shipment);
    await say.shipped(order, order.shipment);
  });
  return order;
}

/** The door; `accountId` names whose topics are meant. Needs nothing else, so a test can inject requests without a port. */
function createGateway({ accountId }) {
  const app = fastify({ bodyLimit: 262144 });
  app.get('/health', async () => ({ ok: true }));
  app.post('/order', async (request, reply) => {
    const [stages, requests] = [{}, {}];
    const submission = request.headers['x-submission-id'] ?? randomUUID();
    try {
      const order = await place(request.body ?? {}, submission, accountId, stages, requests);
      return { ok: true, submission, stages, requests, order };
    } catch (error) {
      if (!(error instanceof OrderError)) {
        reply.code(502);
        return { ok: false, submission, stages, requests, error: 'OrderNotProcessed', cause: `${error.name}: ${error.message}` };
      }
      reply.code(422);
      return { ok: false, submission, stages, requests, error: error.name, cause: error.message };
    }
  });
  return app;
}

module.exports = { createGateway };

if (require.main === module) {
  const accountId = process.env.ACCOUNT_ID;
  if (!accountId) {
    console.error('ACCOUNT_ID is missing: the account whose topics to publish to');
    process.exit(2);
  }
  const app = createGateway({ accountId });
  app
    .listen({ port: Number(process.env.PORT ?? 8080), host: process.env.HOST ?? '127.0.0.1' })
    .then((address) => console.log(JSON.stringify({ address })))
    .catch((error) => {
      console.error(error.message);
      process.exit(1);
    });
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void app.close().then(() => process.exit(0)));
}
