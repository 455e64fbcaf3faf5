import { describe, expect, it } from 'vitest';
import { parseMachine } from '../../../../src/asl';
import { errorsOf, worthShowing } from '../../../../src/views/file/problems';

const problems = (text: string) => parseMachine(text, 'json').problems;

describe('problems worth showing', () => {
  it('are one for a broken text, where it breaks first', () => {
    const all = problems('{\n  "StartAt": "A",\n  "States": { "A": \n}\n');
    expect(all.length).toBeGreaterThan(1);
    expect(worthShowing(all)).toEqual([all[0]]);
    expect(errorsOf(all)[0]!.range!.start.line).toBe(3);
  });
  it('are all for a text that only means the wrong things', () => {
    const all = problems('{"StartAt":"B","States":{"A":{"Type":"Foo"}}}');
    expect(worthShowing(all)).toBe(all);
  });
  it('count errors without hints and warnings', () => {
    expect(errorsOf([{ severity: 'hint', code: 'X', message: '', path: '/' }])).toEqual([]);
  });
});
