import { describe, expect, it } from 'vitest';
import { TaskTokens, TokenError, type TokenOutcome } from '../../../src/engine/tokens';

const setUp = () => {
  let n = 0;
  const tokens = new TaskTokens(() => `id-${++n}`);
  const outcomes: TokenOutcome[] = [];
  const opened = tokens.create((outcome) => outcomes.push(outcome));
  return { tokens, outcomes, ...opened };
};

const codeOf = (call: () => void): string => {
  try {
    call();
  } catch (thrown) {
    return thrown instanceof TokenError ? thrown.code : 'another error';
  }
  return 'none';
};

describe('TaskTokens', () => {
  it('brings a success to its waiter once, as value and compact text', () => {
    const { tokens, token, outcomes } = setUp();
    tokens.succeed(token, '{"a": [1, 2]}');
    expect(outcomes).toEqual([{ kind: 'succeeded', output: { a: [1, 2] }, text: '{"a":[1,2]}' }]);
    expect(codeOf(() => tokens.succeed(token, '1'))).toBe('TaskTimedOut');
  });

  it('brings failures and any number of heartbeats', () => {
    const { tokens, token, outcomes } = setUp();
    tokens.heartbeat(token);
    tokens.heartbeat(token);
    tokens.fail(token, 'E', 'c');
    expect(outcomes).toEqual([
      { kind: 'heartbeat' },
      { kind: 'heartbeat' },
      { kind: 'failed', error: 'E', cause: 'c' },
    ]);
  });

  it('tells a token that is over from one that never was', () => {
    const { tokens, token, close } = setUp();
    expect(tokens.isOpen(token)).toBe(true);
    close();
    close();
    expect(tokens.isOpen(token)).toBe(false);
    expect(codeOf(() => tokens.heartbeat(token))).toBe('TaskTimedOut');
    expect(codeOf(() => tokens.fail('made up'))).toBe('InvalidToken');
  });

  it('refuses an output that is no JSON and keeps the token open', () => {
    const { tokens, token, outcomes } = setUp();
    expect(codeOf(() => tokens.succeed(token, '{'))).toBe('InvalidOutput');
    expect([tokens.isOpen(token), outcomes]).toEqual([true, []]);
  });

  it('never issues the same token twice and forgets the oldest closed ones', () => {
    const { tokens, token, close } = setUp();
    close();
    const others = Array.from({ length: 10_001 }, () => tokens.create(() => undefined));
    expect(new Set(others.map((other) => other.token)).size).toBe(10_001);
    for (const other of others) other.close();
    expect(codeOf(() => tokens.heartbeat(token))).toBe('InvalidToken');
    expect(codeOf(() => tokens.heartbeat(others.at(-1)!.token))).toBe('TaskTimedOut');
  });
});
