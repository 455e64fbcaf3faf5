import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  architectures,
  breakEvenDurationMs,
  compareTypes,
  costArchitectures,
  costStates,
  forecast,
  meterArm,
  parseArchitectures,
  priceTable,
  studyCosts,
  transitionsWhereExpressAlwaysWins,
  unitPrices,
  type CostContext,
} from '../../../src/cost';
import { functionNameOf } from '../../../src/cost/tasks';
import type { JsonObject } from '../../../src/model/json';
import { orderArm, orderDefinition } from '../report/document';

const table = priceTable();
const rates = { table, region: 'us-east-1' };
const order = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../examples/order-booking/order.asl.json'), 'utf8'),
) as JsonObject;
const functions = { validateOrder: { memoryMb: 128 }, chargeCustomer: { memoryMb: 128 }, shipment: { memoryMb: 128 } };

describe('what a state bills', () => {
  const billing = (resource: string, parameters: JsonObject = {}) =>
    costStates({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: resource, Parameters: parameters, End: true } },
    })[0]!.billing;
  it.each([
    ['arn:aws:lambda:us-east-1:1:function:charge:live', {}, { kind: 'lambda', functionName: 'charge' }],
    [
      'arn:aws:states:::lambda:invoke',
      { FunctionName: 'arn:aws:lambda:us-east-1:1:function:charge' },
      { kind: 'lambda', functionName: 'charge' },
    ],
    [
      'arn:aws:states:::aws-sdk:lambda:invoke',
      { FunctionName: 'charge:2' },
      { kind: 'lambda', functionName: 'charge' },
    ],
    [
      'arn:aws:states:::sns:publish',
      { Message: 'x'.repeat(70_000) },
      { kind: 'units', price: 'sns.publishes', units: 2 },
    ],
    [
      'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      { QueueUrl: 'https://q/x.fifo' },
      { kind: 'units', price: 'sqs.requests.fifo', units: 1 },
    ],
    ['arn:aws:states:::events:putEvents', { Entries: [{}, {}] }, { kind: 'units', price: 'events.events', units: 2 }],
    [
      'arn:aws:states:::dynamodb:putItem',
      { Item: { a: { S: 'x'.repeat(2000) } } },
      { kind: 'units', price: 'dynamodb.writeUnits', units: 2 },
    ],
    [
      'arn:aws:states:::dynamodb:getItem',
      { ConsistentRead: true },
      { kind: 'units', price: 'dynamodb.readUnits', units: 1 },
    ],
    ['arn:aws:states:::aws-sdk:dynamodb:updateItem', {}, { kind: 'units', price: 'dynamodb.writeUnits', units: 1 }],
    ['arn:aws:states:::apigateway:invoke', {}, { kind: 'units', price: 'apigateway.http' }],
    ['arn:aws:states:::states:startExecution.sync:2', {}, { kind: 'workflow', synchronous: true }],
    ['arn:aws:states:::states:startExecution', {}, { kind: 'workflow', synchronous: false }],
    ['arn:aws:states:::aws-sdk:s3:getObject', {}, { kind: 'unpriced', service: 's3', action: 'getObject' }],
    ['arn:aws:states:us-east-1:1:activity:wait', {}, { kind: 'unpriced' }],
  ])('%s', (resource, parameters, expected) => expect(billing(resource, parameters)).toMatchObject(expected));
  it('takes the name out of any reference', () => {
    expect(['f', 'f:live', 'arn:aws:lambda:r:a:function:f:1', '123:function:f'].map(functionNameOf)).toEqual([
      'f',
      'f',
      'f',
      'f',
    ]);
  });
});

describe('a forecast', () => {
  it('takes the good way through the example: 13 transitions, three functions, three messages', () => {
    const standard = forecast(order, 'STANDARD', 1000, functions, rates);
    expect(standard).toMatchObject({ transitions: 13, complete: true });
    expect(standard.lines.map((line) => [line.meter, line.provenance])).toEqual([
      ['states.transitions', 'assumed'],
      ['lambda.requests', 'assumed'],
      ['lambda.gbSeconds', 'assumed'],
      ['dynamodb.readUnits', 'assumed'],
      ['sns.publishes', 'assumed'],
      ['dynamodb.writeUnits', 'assumed'],
    ]);
    expect(standard.lines[0]!.amount).toBeCloseTo(0.325, 12);
    expect(standard.perMillion).toBeCloseTo(standard.total * 1000, 9);
    expect(standard.assumptions.join(' ')).toContain('longest way');
  });
  it('counts the log of an Express execution, unless told there is none', () => {
    const meters = (options: Parameters<typeof forecast>[5]) =>
      forecast(order, 'EXPRESS', 1, functions, rates, options).lines.map((line) => line.meter);
    expect(meters({})).toContain('logs.ingestedGb');
    expect(meters({ logged: false })).not.toContain('logs.ingestedGb');
    expect(forecast(order, 'EXPRESS', 1, functions, rates, { logsData: true }).total).toBeGreaterThan(
      forecast(order, 'EXPRESS', 1, functions, rates).total,
    );
  });
  it('goes round no loop, through every branch, and as often as a Map has items', () => {
    const definition: JsonObject = {
      StartAt: 'Try',
      States: {
        Try: { Type: 'Task', Resource: 'x', Next: 'Ok?' },
        'Ok?': { Type: 'Choice', Choices: [{ Next: 'Wait' }, { Next: 'Fork' }], Default: 'No' },
        Wait: { Type: 'Wait', Seconds: 5, Next: 'Try' },
        No: { Type: 'Fail' },
        Fork: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'L', States: { L: { Type: 'Pass', End: true } } },
            { StartAt: 'R', States: { R: { Type: 'Pass', End: true } } },
          ],
          Next: 'Each',
        },
        Each: {
          Type: 'Map',
          ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Task', Resource: 'x', End: true } } },
          End: true,
        },
      },
    };
    expect(forecast(definition, 'STANDARD', 1, {}, rates, { mapItems: 7 }).transitions).toBe(3 + 2 + 1 + 7);
    const told = forecast(definition, 'STANDARD', 1, {}, rates, {
      visits: {
        Try: 2,
        'Ok?': 2,
        Wait: 1,
        Fork: 1,
        'Fork/Branches[0]/L': 1,
        'Fork/Branches[1]/R': 1,
        Each: 1,
        'Each/ItemProcessor/I': 3,
      },
    });
    expect(told.transitions).toBe(12);
    expect(told.durationMs).toBe(5000 + 50 * 2 + 50);
    expect(forecast({ StartAt: 'X', States: { X: { Type: 'Fail' } } }, 'STANDARD', 1, {}, rates).transitions).toBe(1);
  });
  it('counts the children of a distributed Map', () => {
    const definition: JsonObject = {
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED' },
            StartAt: 'I',
            States: { I: { Type: 'Pass', End: true } },
          },
          End: true,
        },
      },
    };
    expect(forecast(definition, 'STANDARD', 1, {}, rates, { mapItems: 100 }).lines[0]!.quantity).toBe(1 + 100 + 100);
    const processor = definition.States as { M: { ItemProcessor: { ProcessorConfig: { ExecutionType?: string } } } };
    processor.M.ItemProcessor.ProcessorConfig.ExecutionType = 'EXPRESS';
    const fast = forecast(definition, 'STANDARD', 1, {}, rates, { mapItems: 100 });
    expect(fast.lines.map(({ meter, quantity }) => [meter, quantity])).toEqual([
      ['states.transitions', 1 + 100],
      ['states.express.requests', 100],
      ['states.express.gbSeconds', expect.closeTo(100 * 0.1 * (64 / 1024), 9)],
    ]);
    expect(fast.transitions).toBe(101);
  });
  it('is within 5 % of what an arm measured, once it is told of the way and the times', () => {
    for (const type of ['STANDARD', 'EXPRESS'] as const) {
      const arm = orderArm(type, 100, 60);
      const context: CostContext = {
        states: costStates(orderDefinition),
        definitionBytes: JSON.stringify(orderDefinition).length,
        functions: { check: { memoryMb: 128 } },
      };
      const measured = meterArm(arm.usage(), context, rates).cost.perMillion;
      const known = forecast(orderDefinition, type, 100, context.functions, rates, {
        durationMs: arm.snapshot().latencyMs!.p50,
        taskMs: { lambda: 65 },
        logged: false,
      });
      expect(Math.abs(known.perMillion / measured - 1)).toBeLessThan(0.05);
    }
  });
  it('refuses a number of executions that cannot be', () =>
    expect(() => forecast(order, 'STANDARD', -1, functions, rates)).toThrow(RangeError));
});

describe('Standard against Express', () => {
  const prices = unitPrices(rates)!;
  it('breaks even at about 23 s for one transition in 64 MB, and never from 13 transitions', () => {
    expect(breakEvenDurationMs(1, 64, prices)).toBeCloseTo(23_035, 0);
    expect(transitionsWhereExpressAlwaysWins(64, prices)).toBe(13);
    expect(breakEvenDurationMs(12, 64, prices)).toBeLessThan(300_000);
    expect(breakEvenDurationMs(13, 64, prices)).toBeGreaterThan(300_000);
    expect(breakEvenDurationMs(0, 64, prices)).toBe(0);
    expect(unitPrices({ table, region: 'eu-west-1' })).toBeUndefined();
  });
  const question = (change: object = {}) => {
    const [standard, express] = (['STANDARD', 'EXPRESS'] as const).map((type) =>
      forecast(order, type, 1, functions, rates),
    );
    return {
      standard: standard!.items,
      express: express!.items,
      transitions: 13,
      durationMs: 3200,
      memoryMb: 64,
      blockers: [],
      perMonth: 1e6,
      basis: 'assumed' as const,
      ...change,
    };
  };
  it('recommends in a sentence with its assumptions', () => {
    const { recommendation, standard, express, volumes } = compareTypes(question({ simulated: 'study' }), rates);
    expect(recommendation).toMatch(
      /^Express: \$[\d.]+ instead of \$[\d.]+ a month at 1,000,000 executions a month, 13 transitions and 3\.20 s each \(assumed, simulated with the profile study\), prices of 2026-11-24 in us-east-1, without free tier\./,
    );
    expect(express!).toBeLessThan(standard!);
    expect(volumes).toHaveLength(1);
    expect(volumes[0]!.executions).toBeGreaterThan(4000 / 13);
    expect(volumes[0]!.cheaperAbove).toBe('second');
  });
  it('says what it had to leave out of the sums it compares', () => {
    const known = question();
    const item = { price: 'lambda.gbSeconds', quantity: null, provenance: 'derived' } as const;
    const lacking = { ...known, standard: [...known.standard, item], express: [...known.express, item] };
    expect(compareTypes(known, rates).recommendation).not.toContain('Left out');
    expect(compareTypes(lacking, rates).recommendation).toMatch(
      /Left out of the sums, for want of a price or a quantity: Lambda duration \(x86\)\./,
    );
  });
  it('stays with Standard where it must, and is silent where prices are missing', () => {
    expect(
      compareTypes(question({ blockers: ['A waits for a job.', 'B is an activity.'] }), rates).recommendation,
    ).toBe('Stay with Standard: A waits for a job. (and 1 more)');
    expect(compareTypes(question({ durationMs: 400_000 }), rates).recommendation).toContain(
      'Express ends after 5 minutes',
    );
    expect(compareTypes(question(), { table, region: 'eu-west-1' })).toMatchObject({
      standard: null,
      breakEvenMs: null,
      volumes: [],
      recommendation: 'No recommendation: not all prices of Standard and Express are known for eu-west-1.',
    });
  });
  it('recommends Standard for one long step, and calls a draw a draw', () => {
    const one = (price: string, quantity: number) => [{ price, quantity, provenance: 'assumed' as const }];
    const long = question({
      standard: one('states.transitions', 1),
      express: one('states.express.gbSeconds', 250 / 16),
      durationMs: 250_000,
    });
    expect(compareTypes(long, rates).recommendation).toMatch(/^Standard: /);
    expect(compareTypes({ ...long, express: one('states.transitions', 1) }, rates).recommendation).toMatch(
      /^Either: both cost about \$25\.0/,
    );
  });
});

describe('the four architectures', () => {
  const four = architectures(table);
  it('are data, with every parameter sourced', () => {
    expect(four.architectures.map((each) => each.id)).toEqual(['standard', 'express', 'event-driven', 'gateway']);
    for (const parameter of Object.values(four.parameters)) expect(parameter.source).not.toBe('');
  });
  it('rank as their meters say: the gateway is dear at a few orders and loses to nobody at many', () => {
    const at = (n: number) =>
      Object.fromEntries(costArchitectures(four, n, rates).map((each) => [each.id, each.total]));
    const few = at(1000);
    expect(few.gateway).toBeGreaterThan(12.26);
    expect(few.express).toBeLessThan(few.standard!);
    expect(few.gateway).toBeGreaterThan(few.standard!);
    expect(at(1e7).gateway).toBeLessThan(at(1e7).standard!);
    expect(costArchitectures(four, 0, rates).map((each) => each.perExecution)).toEqual([null, null, null, null]);
    expect(() => costArchitectures(four, -1, rates)).toThrow(RangeError);
  });
  it('take parameters from a run, and a fifth from a file', () => {
    const fifth = parseArchitectures(
      {
        schema: 'stepbench.architectures/1',
        parameters: { hops: { value: 4, unit: 'messages', source: 'assumed' } },
        architectures: [
          {
            id: 'queue',
            name: 'Queues',
            meters: [
              { price: 'sqs.requests', quantity: ['hops', 3] },
              { price: 'lambda.requests', quantity: ['functions'] },
            ],
          },
        ],
      },
      table,
    );
    if (!fifth.ok) throw new Error(fifth.problems.join(' '));
    expect(costArchitectures(fifth.value, 1e6, rates)[0]!.total).toBeCloseTo(12 * 0.4 + 3 * 0.2, 9);
    expect(costArchitectures(fifth.value, 1e6, rates, { parameters: { hops: 1 } })[0]!.total).toBeCloseTo(
      3 * 0.4 + 3 * 0.2,
      9,
    );
  });
  it('says all that is wrong with a file', () => {
    const parsed = parseArchitectures(
      {
        schema: 'stepbench.architectures/1',
        parameters: { x: { value: -1 } },
        architectures: [
          {
            id: 'a',
            name: 'A',
            meters: [{ price: 'tea', quantity: ['nobody', -1, { of: 'functions', roundUpTo: 0 }, {}] }, {}],
          },
          { id: 'a', name: 'A', meters: [] },
          {},
        ],
      },
      table,
    );
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      'The parameter x has no value from 0.',
      'a: there is no price tea.',
      'a, tea: there is no parameter nobody.',
      'a, tea: the number -1 is negative.',
      'a, tea: roundUpTo of functions must be a number above 0.',
      'a, tea: a factor is neither a number nor a parameter.',
      'A meter of a needs a price and a quantity.',
      'Two architectures have the id a.',
      'Architecture 3 needs an id, a name and meters.',
    ]);
    expect(parseArchitectures({}, table).ok).toBe(false);
  });
});

describe('the study’s figures', () => {
  it('come out as it has them, and beside them what is billed today', () => {
    const rows = Object.fromEntries(studyCosts(3199.6, 100_000, rates).map((row) => [row.id, row]));
    expect(rows.standard!.asStudied).toBeCloseTo(0.0025, 12);
    expect(rows.express!.asStudied).toBeCloseTo(3.1996 * 0.0000166667, 12);
    expect(rows['event-driven']!.asStudied).toBeCloseTo(3.1996 * 0.0000166667 + 3 * 0.0000005 + 3 * 0.0000015, 12);
    expect(rows.gateway!.asStudied).toBeCloseTo((3.1996 * 0.0168) / 3600, 12);
    // Its ranking: the gateway cheapest, Standard dearest.
    const order = Object.values(rows)
      .sort((a, b) => a.asStudied - b.asStudied)
      .map((row) => row.id);
    expect(order).toEqual(['gateway', 'express', 'event-driven', 'standard']);
    // Today: 13 transitions, 64 MB, and the instance's whole month over 100,000 orders.
    expect(rows.standard!.today).toBeGreaterThan(13 * 0.000025);
    expect(rows.express!.today).toBeLessThan(rows.express!.asStudied);
    expect(rows.gateway!.today).toBeGreaterThan((730 * 0.0168) / 100_000);
    for (const row of Object.values(rows)) expect(row.why.length).toBeGreaterThan(40);
  });
});
