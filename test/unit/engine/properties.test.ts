/**
 * The interpreter on machines nobody wrote: it never throws, never hangs, never leaves anything running, its history is
 * well-formed, and the same machine with the same input and answers gives the same history again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileMachine, type Execution } from '../../../src/engine';
import type { TaskResult } from '../../../src/engine/contract';
import { QuerySyntaxError } from '../../../src/engine/query';
import type { Json, JsonObject } from '../../../src/model/json';
import { begin, functionArn, hostWith, turn } from './harness';

const path = fc.constantFrom('$', '$.a', '$.b.c', '$.list', '$.missing', '$$.Execution.Name', '$v');
const expression = fc.constantFrom(
  '{% $states.input %}',
  '{% $states.input.a %}',
  '{% $v + 1 %}',
  '{% $count($states.input.list) %}',
  '{% $error("no") %}',
  '{% $states.input.list[0] %}',
);
const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const template = fc.oneof(
  value,
  path.map((text) => ({ 'x.$': text })),
);
const optional = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;

const errors = fc.constantFrom(['States.ALL'], ['States.TaskFailed'], ['E'], ['States.Timeout'], ['States.Runtime']);
const retry = fc.array(fc.record({ ErrorEquals: errors, IntervalSeconds: fc.nat(3), MaxAttempts: fc.nat(2) }), {
  maxLength: 2,
});
const io = optional({
  InputPath: fc.option(path),
  ResultPath: fc.constantFrom('$', '$.r', null, '$.list[0]'),
  OutputPath: fc.option(path),
});
const number = fc.constantFrom(0, 1, 2, -1, 1.5, 'x', '3', null);

/** States by name; each goes to a later one or ends, so that machines end. A few go back, and must end by their history. */
const machine = (depth: number): fc.Arbitrary<JsonObject> =>
  fc.array(state(depth), { minLength: 1, maxLength: 4 }).chain((states) =>
    fc
      .array(fc.integer({ min: -1, max: states.length }), { minLength: states.length, maxLength: states.length })
      .map((targets) => {
        const name = (at: number): string => `S${at}`;
        const States: Record<string, Json> = {};
        for (const [at, fields] of states.entries()) {
          const target = Math.max(at + 1, targets[at]!);
          const next = target < states.length ? { Next: name(target) } : { End: true };
          const catcher = {
            Catch: [{ ErrorEquals: ['States.ALL'], Next: name(states.length - 1), ResultPath: '$.e' }],
          };
          const { Type } = fields;
          // A Choice that can only go to itself runs until its history is full: seldom, for it takes long.
          if (Type === 'Choice' && at === states.length - 1 && targets[at] !== 0)
            States[name(at)] = { Type: 'Succeed' };
          else if (Type === 'Fail' || Type === 'Succeed') States[name(at)] = fields;
          else if (Type === 'Choice')
            States[name(at)] = {
              Type,
              Choices: [{ Variable: '$.a', IsPresent: true, Next: name(Math.min(at + 1, states.length - 1)) }],
              ...(targets[at]! % 2 ? { Default: name(states.length - 1) } : {}),
            };
          else
            States[name(at)] = {
              ...fields,
              ...next,
              ...(at < states.length - 1 && targets[at]! > 0 && Type !== 'Pass' && Type !== 'Wait' ? catcher : {}),
            };
        }
        return { StartAt: name(0), States };
      }),
  );

const state = (depth: number): fc.Arbitrary<JsonObject> => {
  const flat = [
    fc
      .tuple(io, optional({ Parameters: template, Result: value, Assign: fc.constant({ 'v.$': '$' }) }))
      .map(([a, b]) => ({ Type: 'Pass', ...a, ...b })),
    optional({ Output: fc.oneof(value, expression), Assign: expression.map((v) => ({ v })) }).map((a) => ({
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      ...a,
    })),
    fc
      .tuple(
        io,
        optional({
          Retry: retry,
          TimeoutSeconds: fc.constantFrom(1, 5),
          HeartbeatSeconds: fc.constant(2),
          ResultSelector: template,
        }),
      )
      .map(([a, b]) => ({
        Type: 'Task',
        Resource: functionArn,
        ...a,
        ...b,
      })),
    fc.constant({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', TimeoutSeconds: 3 }),
    fc
      .constantFrom(
        { Seconds: 1 },
        { SecondsPath: '$.a' },
        { TimestampPath: '$.b' },
        { Timestamp: '2001-01-01T00:00:00Z' },
      )
      .map((a) => ({ Type: 'Wait', ...a })),
    fc.constant({ Type: 'Choice' }),
    fc.constant({ Type: 'Succeed' }),
    fc.constantFrom({ Error: 'E' }, { ErrorPath: '$.missing' }).map((a) => ({ Type: 'Fail', ...a })),
  ];
  if (depth === 0) return fc.oneof(...flat);
  const inner = machine(depth - 1);
  const groups = [
    fc
      .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), optional({ Retry: retry }))
      .map(([Branches, a]) => ({ Type: 'Parallel', Branches, ...a })),
    fc
      .tuple(
        inner,
        optional({
          ItemsPath: fc.constantFrom('$.list', '$.missing'),
          MaxConcurrency: fc.nat(3),
          ItemSelector: template,
          Retry: retry,
        }),
      )
      .map(([ItemProcessor, a]) => ({ Type: 'Map', ItemProcessor, ...a })),
    fc
      .tuple(
        inner,
        optional({
          ItemsPath: fc.constant('$.list'),
          ToleratedFailureCountPath: fc.constant('$.n'),
          MaxConcurrency: fc.nat(3),
        }),
      )
      .map(([processor, a]) => ({
        Type: 'Map',
        ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
        ...a,
      })),
  ];
  return fc.oneof({ weight: 3, arbitrary: fc.oneof(...flat) }, { weight: 2, arbitrary: fc.oneof(...groups) });
};

const input = fc.record({
  a: number,
  b: fc.constantFrom({ c: 1 }, 'soon', '2001-01-01T00:00:00Z'),
  list: fc.array(value, { maxLength: 4 }),
  n: number,
}) as fc.Arbitrary<Json>;

/** What tasks answer, in the order they ask: at once, later, never, by throwing. */
const answers = fc.array(fc.constantFrom('ok', 'later', 'fail', 'throw', 'reject', 'never', 'large'), {
  minLength: 1,
  maxLength: 8,
});

const play = async (definition: JsonObject, given: Json, script: readonly string[]): Promise<Execution> => {
  let asked = 0;
  const host = hostWith((request, phases): TaskResult | Promise<TaskResult> => {
    const how = script[asked++ % script.length]!;
    if (how === 'throw') throw new Error('thrown');
    if (how === 'reject') return Promise.reject(new Error('rejected'));
    // Never, but for the machine's own bounds; where there are none it fails in the end.
    if (how === 'never') return host.clock.sleep(1e6).then(() => ({ ok: false, error: 'E' }));
    if (how === 'large') return { ok: true, output: 'x'.repeat(300_000) };
    if (how === 'fail') return { ok: false, error: 'E', cause: 'c' };
    if (how === 'ok') return { ok: true, output: request.parameters };
    return host.clock.sleep(1500).then(() => {
      phases.started();
      return { ok: true, output: { a: 1 } };
    });
  });
  const execution = begin(definition, given, { host });
  await execution.done;
  return execution;
};

/** Generated templates can have keys that end in `.$` with no path for a value: such a definition is refused, not run. */
const isAccepted = (definition: JsonObject): boolean => {
  try {
    return compileMachine(definition).start !== undefined;
  } catch (thrown) {
    if (thrown instanceof QuerySyntaxError) return false;
    throw thrown;
  }
};

const wellFormed = (execution: Execution): void => {
  const { history } = execution;
  for (const [at, event] of history.entries()) {
    expect(event.id).toBe(at + 1);
    expect(event.previousEventId).toBeLessThan(event.id);
    if (at > 0) expect(event.timestamp).toBeGreaterThanOrEqual(history[at - 1]!.timestamp);
    for (const text of [event.details.input, event.details.output, event.details.parameters])
      if (text !== undefined) JSON.parse(text);
  }
  expect(history[0]!.type).toBe('ExecutionStarted');
  const last = history.at(-1)!;
  const ends = {
    SUCCEEDED: 'ExecutionSucceeded',
    FAILED: 'ExecutionFailed',
    TIMED_OUT: 'ExecutionTimedOut',
    ABORTED: 'ExecutionAborted',
  };
  expect(last.type).toBe(ends[execution.status as keyof typeof ends]);
  if (execution.status === 'SUCCEEDED')
    expect(JSON.parse(last.details.output!)).toEqual(JSON.parse(JSON.stringify(execution.output)));
  expect(history.filter(({ type }) => /^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type))).toHaveLength(1);
};

describe('generated machines', () => {
  it('end, with a well-formed history, and the same one each time', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(machine(2), input, answers, async (definition, given, script) => {
        fc.pre(isAccepted(definition));
        const execution = await play(definition, given, script);
        wellFormed(execution);
        const again = await play(definition, given, script);
        expect(again.history).toEqual(execution.history);
      }),
      { numRuns: 300 },
    );
  });

  it('can be stopped at any moment and then stand still', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(machine(2), input, fc.nat(12), async (definition, given, turns) => {
        fc.pre(isAccepted(definition));
        const host = hostWith((request) =>
          host.clock.sleep(1000).then(() => ({ ok: true, output: request.parameters })),
        );
        const execution = begin(definition, given, { host });
        for (let n = 0; n < turns && execution.status === 'RUNNING'; n++) await turn();
        execution.stop();
        await execution.done;
        const before = execution.history.length;
        const { status } = execution;
        for (let n = 0; n < 6; n++) await turn();
        expect([execution.history.length, execution.status]).toEqual([before, status]);
        wellFormed(execution);
      }),
      { numRuns: 150 },
    );
  });

  it('can be redriven until nothing is left to fail', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(machine(1), input, answers, async (definition, given, script) => {
        fc.pre(isAccepted(definition));
        const execution = await play(definition, given, script);
        if (!execution.redrivable) return;
        const before = [...execution.history];
        execution.redrive();
        await execution.done;
        expect(execution.history.slice(0, before.length)).toEqual(before);
        expect(execution.history[before.length]!.type).toBe('ExecutionRedriven');
        expect(execution.status).not.toBe('RUNNING');
      }),
      { numRuns: 150 },
    );
  });
});
