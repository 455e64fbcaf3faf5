/** The same orders placed on every system end alike and leave the same rows: the four sizes in both types, the event-driven chain, the gateway, the
 * workflow as code. */
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../../../src/engine/clock';
import { asCode } from '../../../src/systems/asCode';
import { eventDriven } from '../../../src/systems/eventDriven';
import { gateway } from '../../../src/systems/gateway';
import type { RunningSystem } from '../../../src/systems/system';
import { statesOfDefinition } from '../../../src/trace';
import { bundles, example, openBench, readOrder, type Bench } from './bench';

/** How an order ends wherever it is placed. */
const expected = {
  good: null,
  pending: null,
  declined: 'PaymentDeclined',
  invalid: 'OrderInvalid',
  undeliverable: 'OrderUndeliverable',
  'out-of-stock': 'OutOfStock',
} as const;

interface Ending {
  readonly error: string | null;
  readonly cause?: string;
}

type Place = (submission: string, input: string) => Promise<Ending>;

let bench: Bench;
const running: RunningSystem[] = [];
const places = new Map<string, Place>();
const names = [
  ...[17, 14, 9, 6].flatMap((size) => [`standard ${size}`, `express ${size}`]),
  'event-driven',
  'gateway',
  'as-code',
];

beforeAll(async () => {
  bench = await openBench();
  const { hot } = bench.deployment.door;
  for (const size of [17, 14, 9, 6]) {
    const file = size === 17 ? 'order.asl.json' : `order-${size}.asl.json`;
    const standard = await bench.deploy(file, 'STANDARD');
    const express = await bench.deploy(file, 'EXPRESS');
    places.set(`standard ${size}`, async (name, input) => {
      const { executionArn } = await hot.startExecution({ stateMachineArn: standard.startArn, name, input });
      for (;;) {
        const end = await hot.describeExecution(executionArn);
        if (end.status !== 'RUNNING') return { error: end.error ?? null, cause: end.cause };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    places.set(`express ${size}`, async (name, input) => {
      const end = await hot.startSyncExecution({ stateMachineArn: express.startArn, name, input });
      return { error: end.error ?? null, cause: end.cause };
    });
  }
  const context = { clock: realClock(), random: Math.random, signal: new AbortController().signal };
  const definition = await bench.definition('order.asl.json');
  const states = statesOfDefinition(definition);
  for (const system of [
    eventDriven({
      folder: path.join(example, 'event-driven'),
      topic: 'OrderSubmitted',
      statusTable: 'OrderStatusTable',
    }),
    gateway({ module: path.join(example, 'gateway/gateway.js'), bundles }),
    asCode({ definition, states, bundles }),
  ]) {
    const up = await system.prepare(bench.deployment, context);
    running.push(up);
    places.set(up.name, async (name, input) => {
      const outcome = await up.start(name, input, Date.now());
      if (outcome.kind !== 'ended') throw new Error(JSON.stringify(outcome));
      const trace = await up.trace(name);
      expect(trace).toBeDefined();
      // Of these Lambda's log says which invocation was cold: each stage that ran names its own.
      if (up.name !== 'as-code')
        for (const { requestIds } of trace?.visits ?? []) expect(requestIds?.[0]).toMatch(/^[0-9a-f-]{36}$/);
      return { error: outcome.error ?? null };
    });
  }
});

afterAll(async () => {
  for (const system of running) await system.remove();
  await bench?.stop();
});

/** Without what differs from order to order by nature: ids and times. */
const stable = (row: Record<string, unknown> | undefined) =>
  row &&
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !/OrderId|SubmissionId|DeliveryId|Time[sS]tamp|Date$/.test(name))
      .sort(),
  );

describe.each(names)('%s', (system) => {
  it.each(Object.entries(expected))('%s orders', async (kind, error) => {
    const id = `${system.replace(' ', '-')}-${kind}`;
    const place = places.get(system)!;
    const ending = await place(`s-${id}`, JSON.stringify(await readOrder(kind, id)));
    expect(ending.error).toBe(error);
    const bill = stable(await bench.row('CustomerBillHistoryTable', { OrderId: id }));
    const shipment = stable(await bench.row('ShipmentHistoryTable', { OrderId: id }));
    if (error !== null) {
      expect(bill).toBeUndefined();
      expect(shipment).toBeUndefined();
      return;
    }
    expect(bill).toEqual({ CardLastFour: { S: '1111' }, Currency: { S: 'CAD' }, TransactionAmount: { N: '84.5' } });
    expect(shipment).toEqual({ ShipmentService: { S: 'Ground' } });
  });

  it('refuses an order that is placed twice and bills it once', async () => {
    const id = `${system.replace(' ', '-')}-twice`;
    const input = JSON.stringify(await readOrder('good', id));
    const place = places.get(system)!;
    expect((await place(`first-${id}`, input)).error).toBeNull();
    expect((await place(`second-${id}`, input)).error).toBe('DuplicateOrder');
    expect(await bench.row('CustomerBillHistoryTable', { OrderId: id })).toMatchObject({
      SubmissionId: { S: `first-${id}` },
    });
  });
});
