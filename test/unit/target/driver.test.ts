import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import { validateDefinition } from '../../../src/asl';
import {
  childStates,
  driverDefinition,
  driverShape,
  inputsOf,
  leadMs,
  mostDriven,
  packItems,
} from '../../../src/target/driver';
import { describeRole } from '../../../src/target/role';

const arn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:stepbench-order-standard-abcdef:1';
const open = (startsAt: readonly number[]) => ({ model: 'open', startsAt }) as const;
const every = (count: number, ms: number) => Array.from({ length: count }, (_, k) => k * ms);

describe('the shape of a driver', () => {
  it('has Express children where they only start, Standard ones where they wait for a Standard workflow', () => {
    expect(driverShape('STANDARD', open([0, 100])).child).toBe('EXPRESS');
    expect(driverShape('STANDARD', { model: 'closed', thinkMs: 0 }).child).toBe('STANDARD');
    expect(driverShape('EXPRESS', { model: 'closed', thinkMs: 0 }).child).toBe('EXPRESS');
    expect(driverShape('EXPRESS', { model: 'closed', thinkMs: 5_000 }).child).toBe('STANDARD');
  });

  it('has Standard children where a load lasts longer than an Express one may live', () => {
    expect(driverShape('STANDARD', open(every(100, 1_000))).child).toBe('EXPRESS');
    expect(driverShape('STANDARD', open(every(100, 3_000))).child).toBe('STANDARD');
  });

  it('begins early enough that each child is dispatched before it is due', () => {
    expect(leadMs([0], 'EXPRESS')).toBe(2_001);
    // 10,000 at once: ten seconds of dispatching by Express children, a hundred by Standard ones.
    expect(leadMs(every(mostDriven, 0), 'EXPRESS')).toBe(12_000);
    expect(leadMs(every(mostDriven, 0), 'STANDARD')).toBe(102_000);
    expect(leadMs(every(1_000, 100), 'STANDARD')).toBe(2_010);
  });
});

describe('the definition of a driver', () => {
  const shapes = [
    driverShape('STANDARD', open([0])),
    driverShape('STANDARD', { model: 'closed', thinkMs: 2_000 }),
    driverShape('EXPRESS', open([0])),
    driverShape('EXPRESS', { model: 'closed', thinkMs: 0 }),
  ];
  const startOf = (definition: JsonObject) =>
    JSON.parse(JSON.stringify(definition)).States.Drive.ItemProcessor as {
      StartAt: string;
      ProcessorConfig: JsonObject;
      States: Record<string, JsonObject>;
    };

  it.each(shapes)('is ASL that AWS takes: %j', (shape) => {
    expect(
      validateDefinition(driverDefinition(shape, arn, 'aws'), 'STANDARD').filter((each) => each.severity === 'error'),
    ).toEqual([]);
  });

  it.each(shapes)('enters as many states in a child as its bill says: %j', (shape) => {
    expect(Object.keys(startOf(driverDefinition(shape, arn, 'aws')).States)).toHaveLength(childStates(shape));
  });

  it('starts a Standard workflow and waits for it in a closed model alone; an Express one is called', () => {
    expect(
      shapes.map((shape) => startOf(driverDefinition(shape, arn, 'aws-cn')).States['Start']?.['Resource']),
    ).toEqual([
      'arn:aws-cn:states:::states:startExecution',
      'arn:aws-cn:states:::states:startExecution.sync:2',
      'arn:aws-cn:states:::aws-sdk:sfn:startSyncExecution',
      'arn:aws-cn:states:::aws-sdk:sfn:startSyncExecution',
    ]);
  });

  it('needs a role that may start that one machine, and its own children', () => {
    const role = (shape: (typeof shapes)[number]) =>
      describeRole(driverDefinition(shape, arn, 'aws'), {
        region: 'eu-west-1',
        accountId: '111122223333',
        workflow: 'order-driver-s',
        runId: '20261124-101530-abcdef',
        logs: false,
      });
    const [first, closed, express] = shapes.map((shape) => role(shape));
    expect(first?.wide).toEqual([]);
    expect(first?.policy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['states:StartExecution'],
      Resource: ['arn:aws:states:eu-west-1:111122223333:stateMachine:stepbench-order-driver-s*', arn].sort(),
    });
    expect(JSON.stringify(closed?.policy)).toContain('execution:stepbench-order-standard-abcdef:*');
    expect(express?.wide).toEqual([]);
    expect(express?.policy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['states:StartSyncExecution'],
      Resource: [arn],
    });
  });
});

describe('what a driver is told', () => {
  it('holds each start with its own input where all of them fit', () => {
    const packed = packItems(3, [0, 10, 20], (k) => `{"k":${k}}`);
    expect(packed).toEqual({
      items: [
        { t: 0, v: { k: 0 } },
        { t: 10, v: { k: 1 } },
        { t: 20, v: { k: 2 } },
      ],
    });
    expect(packItems(2, undefined, () => '{}')?.items).toEqual([{ v: {} }, { v: {} }]);
    expect(inputsOf({ ...packed!, first: 0, prefix: '', concurrency: 1, lead: 0 })).toBe(3);
  });

  it('shares a few inputs where they do not, and stays below what a state may be given', () => {
    const packed = packItems(mostDriven, every(mostDriven, 7), () => JSON.stringify({ text: 'x'.repeat(2_000) }))!;
    expect(packed.pool?.length).toBe(16);
    expect(packed.items).toHaveLength(mostDriven);
    expect(Buffer.byteLength(JSON.stringify(packed))).toBeLessThan(262_144);
    expect(packItems(mostDriven, every(mostDriven, 1), () => '{}')?.pool).toBeUndefined();
  });

  it('is refused where not even one input fits', () => {
    expect(packItems(2, undefined, () => JSON.stringify('x'.repeat(250_000)))).toBeUndefined();
  });
});
