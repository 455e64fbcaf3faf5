/** Under load every order is accounted for on every system, whatever fails on its way; 1,000 at once are test/bench/systems.mjs. */
import { describe, expect, it } from 'vitest';
import { startServer } from '../../../src/server/start';
import { root } from './bench';
import { loadOrders } from './loadOrders';

const systems = ['standard', 'express', 'event-driven', 'gateway'] as const;

describe('a hundred orders at once on each system', () => {
  it('all end well where nothing fails', { timeout: 600_000 }, async () => {
    const { document, bills, shipments, billedTwice } = await loadOrders({ root, orders: 100, systems, startServer });
    expect(document.status).toEqual({ kind: 'finished' });
    expect(document.arms.map((arm) => [arm.system, arm.executions.started, arm.executions.succeeded])).toEqual(
      systems.map((system) => [system, 100, 100]),
    );
    expect(new Set(bills).size).toBe(400);
    expect([shipments, billedTwice]).toEqual([400, []]);
    for (const arm of document.arms) expect(arm.cost?.complete).toBe(true);
  });

  it(
    'are none lost and none billed twice with errors, throttles and messages that come twice',
    { timeout: 600_000 },
    async () => {
      const { document, bills, shipments, billedTwice } = await loadOrders({
        ...{ root, orders: 100, systems, startServer },
        ...{ failRate: 0.2, duplicates: true, reserved: 20 },
      });
      expect(document.status).toEqual({ kind: 'finished' });
      let succeeded = 0;
      for (const { system, executions, samples, errors } of document.arms) {
        const { started, failed, unknown = 0 } = executions;
        succeeded += executions.succeeded;
        expect([system, started, executions.succeeded + failed, unknown]).toEqual([system, 100, 100, 0]);
        expect(new Set(samples.map((sample) => sample.name)).size).toBe(100);
        expect(Object.keys(errors).filter((error) => error !== 'OrderNotProcessed')).toEqual([]);
      }
      expect(billedTwice).toEqual([]);
      // One that succeeded has both rows; one that failed to ship was billed all the same, which its failure says.
      const placed = new Set(document.arms.flatMap((arm) => arm.samples.map((sample) => sample.name)));
      expect(bills.every((submission) => placed.has(submission))).toBe(true);
      expect(shipments).toBeGreaterThanOrEqual(succeeded);
      const billed = new Set(bills);
      for (const arm of document.arms)
        for (const sample of arm.samples) if (sample.status === 'succeeded') expect(billed.has(sample.name)).toBe(true);
    },
  );
});
