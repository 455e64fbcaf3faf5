import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/store/upgrade';
import { runDocument as ordered } from '../report/document';
import { runDocument } from './fixtures';

const read = (value: unknown) => readDocument(JSON.stringify(value));
const reasonOf = (value: unknown) => {
  const result = read(value);
  return result.ok ? undefined : result.reason;
};

describe('reading a run document', () => {
  it('takes the current one as it is', () => {
    const document = runDocument('a');
    expect(read(document)).toEqual({ ok: true, document });
  });

  it('upgrades an older one', () => {
    const { progress: _progress, notes: _notes, ...rest } = runDocument('a');
    const result = read({ ...rest, schema: 'stepbench.run/0', status: 'finished' });
    expect(result).toMatchObject({
      ok: true,
      document: { schema: 'stepbench.run/1', status: { kind: 'finished' }, notes: [], progress: { planned: 0 } },
    });
  });

  it('keeps what an older one already had', () => {
    const result = read({ ...runDocument('a'), schema: 'stepbench.run/0', notes: [{ kind: 'info', message: 'x' }] });
    expect(result).toMatchObject({ ok: true, document: { notes: [{ message: 'x' }] } });
  });

  it.each([
    [
      'a newer schema',
      { ...runDocument('a'), schema: 'stepbench.run/9' },
      /"stepbench.run\/9"; this version reads up to/,
    ],
    ['no schema', { id: 'a' }, /it names no schema, such as "stepbench.run\/1"/],
    ['a list', [], /not a JSON object/],
    ['null', null, /not a JSON object/],
    [
      'missing parts',
      { schema: 'stepbench.run/1', id: 'a' },
      /it lacks startedAt, status, workflow, target, plan, arms/,
    ],
    ['arms of a wrong form', { ...runDocument('a'), arms: {} }, /damaged: arms is not a list/],
    ['a status of a wrong form', { ...runDocument('a'), status: 'finished' }, /damaged: status is not an object/],
  ])('says what is wrong with %s', (_name, value, reason) => {
    expect(reasonOf(value)).toMatch(reason);
  });

  const whole = ordered();
  const withArm = (change: Record<string, unknown>) => ({ ...whole, arms: [{ ...whole.arms[0], ...change }] });
  it.each([
    ['latencyMs: "x"', withArm({ latencyMs: 'x' }), /arms\[0\]\.latencyMs is not an object/],
    ['latencyMs: {}', withArm({ latencyMs: {} }), /arms\[0\]\.latencyMs\.n is not a number/],
    ['no states', withArm({ states: undefined }), /arms\[0\]\.states is not a list/],
    ['no counts', withArm({ executions: undefined }), /arms\[0\]\.executions is not an object/],
    ['a bill without lines', withArm({ cost: {} }), /arms\[0\]\.cost\.lines is not a list/],
    ['a sample that is none', withArm({ samples: [1] }), /arms\[0\]\.samples\[0\] is not an object/],
  ])('says which part of an arm is damaged: %s', (_name, value, reason) => expect(reasonOf(value)).toMatch(reason));

  it('takes arms that have no figures yet', () => {
    expect(read(withArm({ latencyMs: null, cost: null, transitionTotalMs: null })).ok).toBe(true);
    expect(read(whole).ok).toBe(true);
  });

  it('says that broken JSON is none', () => {
    const result = readDocument('{"a":');
    expect(result.ok ? '' : result.reason).toMatch(/not JSON/);
  });
});
