import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/store/upgrade';
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
    ['no schema', { id: 'a' }, /its schema is null/],
    ['a list', [], /not a JSON object/],
    ['null', null, /not a JSON object/],
    [
      'missing parts',
      { schema: 'stepbench.run/1', id: 'a' },
      /it lacks startedAt, status, workflow, target, plan, arms/,
    ],
    ['arms of a wrong form', { ...runDocument('a'), arms: {} }, /wrong form/],
  ])('says what is wrong with %s', (_name, value, reason) => {
    expect(reasonOf(value)).toMatch(reason);
  });

  it('says that broken JSON is none', () => {
    const result = readDocument('{"a":');
    expect(result.ok ? '' : result.reason).toMatch(/not JSON/);
  });
});
