import { describe, expect, it } from 'vitest';
import { summarise } from '../../../src/store/summary';
import { arm, run } from '../views/runFixture';

const ended = (failed: number, timedOut: number, aborted: number) => {
  const made = arm('STANDARD', []);
  return { ...made, executions: { ...made.executions, failed, timedOut, aborted } };
};

describe('the summary of a run', () => {
  it('counts the executions that did not end well, over all arms', () => {
    expect(summarise(run([ended(1, 2, 0), ended(0, 0, 3)]), 's', {}).failed).toBe(6);
  });
  it('says nothing of failures where there were none', () => {
    expect(summarise(run([ended(0, 0, 0)]), 's', {})).not.toHaveProperty('failed');
  });
});
