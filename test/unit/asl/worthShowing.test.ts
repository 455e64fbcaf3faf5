import { describe, expect, it } from 'vitest';
import { errorsOf, parseMachine, worthShowing } from '../../../src/asl';

const problems = (text: string) => parseMachine(text, 'json').problems;

describe('problems worth showing', () => {
  it('are one for a broken text, where it breaks first', () => {
    const all = problems('{\n  "StartAt": "A",\n  "States": { "A": \n}\n');
    expect(all.length).toBeGreaterThan(1);
    expect(worthShowing(all)).toEqual([all[0]]);
    expect(errorsOf(all)[0]!.range!.start.line).toBe(3);
  });
  it('are all for a text that only means the wrong things', () => {
    const all = problems('{"StartAt":"A","States":{"A":{"Type":"Foo"},"B":{"Type":"Bar"}}}');
    expect(worthShowing(all)).toBe(all);
  });
  it('are one for a way that leads nowhere, although a state is not reached by it', () => {
    const machine = (next: string) =>
      `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"${next}"},"B":{"Type":"Succeed"}}}`;
    expect(problems(machine('C'))).toHaveLength(2);
    expect(worthShowing(problems(machine('C'))).map(({ path }) => path)).toEqual(['/States/A/Next']);
    const inBranch = `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[${machine('C')}]},"Q":{"Type":"Succeed"}}}`;
    // Another machine's state is another mistake.
    expect(worthShowing(problems(inBranch)).map(({ path }) => path)).toEqual([
      '/States/P/Branches[0]/States/A/Next',
      '/States/Q',
    ]);
  });
  it('are the ways out of choices and errors, and the start, that lead nowhere', () => {
    const paths = (text: string) => worthShowing(problems(text)).map(({ path }) => path);
    const choice = '{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"D"}],"Default":"E"}';
    expect(paths(`{"StartAt":"A","States":{"A":${choice},"B":{"Type":"Succeed"}}}`)).toEqual([
      '/States/A/Choices[0]/Next',
      '/States/A/Default',
    ]);
    expect(paths('{"StartAt":"Z","States":{"B":{"Type":"Succeed"}}}')).toEqual(['/StartAt']);
  });
  it('are one for a way that leads nowhere and was the only one to an end', () => {
    const paths = (text: string) => worthShowing(problems(text)).map(({ path }) => path);
    const lost = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}';
    expect(problems(lost)).toHaveLength(2);
    expect(paths(lost)).toEqual(['/States/A/Next']);
    const endless = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"}}}';
    expect(paths(endless)).toEqual(['/States']);
    // A start that leads nowhere was no way to an end.
    expect(paths(endless.replace('"StartAt":"A"', '"StartAt":"Z"'))).toEqual(['/StartAt', '/States']);
    // Another machine's way is another mistake.
    const parallel = `{"StartAt":"P","States":{"P":{"Type":"Parallel","Next":"P","Branches":[${lost}]}}}`;
    expect(paths(parallel).sort()).toEqual(['/States', '/States/P/Branches[0]/States/A/Next']);
  });
  it('are the states that nothing leads to where every way leads somewhere', () =>
    expect(
      worthShowing(problems('{"StartAt":"A","States":{"A":{"Type":"Succeed"},"B":{"Type":"Succeed"}}}')),
    ).toHaveLength(1));
  it('count errors without hints and warnings', () => {
    expect(errorsOf([{ severity: 'hint', code: 'X', message: '', path: '/' }])).toEqual([]);
  });
});
