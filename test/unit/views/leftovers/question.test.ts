import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src/model/plan';
import { leftoverQuestion } from '../../../../src/views/leftovers/question';
import { english } from '../../../../src/views/words';

const emulator: Target = { kind: 'endpoint', url: 'http://127.0.0.1:9' };

describe('the question about it', () => {
  const speech = { t: english, locale: 'en' };
  const one = { workflow: 'order', target: emulator, accountId: null, outstanding: 1, resources: 0 };
  it('names the workflow, the place, and what is there', () => {
    expect(leftoverQuestion([one], speech)).toBe(
      'A run of order on 127.0.0.1:9 was interrupted: 1 execution may still be going on.',
    );
    const aws: Target = { kind: 'aws', profile: 'dev', region: 'eu-west-1' };
    expect(
      leftoverQuestion([{ ...one, target: aws, accountId: '123456789012', outstanding: 3, resources: 5 }], speech),
    ).toBe(
      'A run of order on AWS dev eu-west-1 (123456789012) was interrupted: 3 executions may still be going on and 5 resources are still there.',
    );
  });
  it('adds several up', () => {
    expect(leftoverQuestion([one, { ...one, workflow: null, resources: 2 }], speech)).toBe(
      '2 runs (order, a workflow) on 127.0.0.1:9 were interrupted: 2 executions may still be going on and 2 resources are still there.',
    );
  });
});
