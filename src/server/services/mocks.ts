/**
 * AWS's MockConfigFile.json as Step Functions Local reads it: per state machine and test case, the mocked response of a
 * state; per response, what each invocation returns or throws ("0", "1-2", …).
 */
import type { TaskResult } from '../../engine/contract';
import { isObject, type Json, type JsonObject } from '../../model/json';

type Answer =
  | { readonly kind: 'return'; readonly output: Json }
  | { readonly kind: 'throw'; readonly error: string; readonly cause: string };

interface Response {
  readonly first: number;
  readonly last: number;
  readonly answer: Answer;
}

/** A file that is not what AWS documents: says where. */
export class MockConfigError extends Error {
  constructor(message: string) {
    super(`MockConfigFile: ${message}`);
    this.name = 'MockConfigError';
  }
}

export class Mocks {
  private readonly machines = new Map<string, Map<string, Map<string, string>>>();
  private readonly responses = new Map<string, readonly Response[]>();
  private readonly chosen = new Map<string, string>();
  /** By execution: how often each state was invoked. */
  private readonly counts = new Map<string, Map<string, number>>();

  /** Throws MockConfigError. `testCase` holds for every execution that no other is chosen for. */
  constructor(
    config: JsonObject,
    private readonly testCase: string | undefined,
  ) {
    if (!isObject(config.StateMachines))
      throw new MockConfigError('StateMachines must be an object of state machine names');
    if (!isObject(config.MockedResponses))
      throw new MockConfigError('MockedResponses must be an object of response names');
    for (const [name, value] of Object.entries(config.MockedResponses))
      this.responses.set(name, parseResponse(name, value));
    for (const [machine, value] of Object.entries(config.StateMachines))
      this.machines.set(machine, this.parseMachine(machine, value));
  }

  /** The test case of one execution, as `stateMachineArn#TestCase` asks for it. */
  choose(executionArn: string, testCase: string): void {
    this.chosen.set(executionArn, testCase);
  }

  /** An execution has ended: nothing of it is kept. */
  forget(executionArn: string): void {
    this.chosen.delete(executionArn);
    this.counts.delete(executionArn);
  }

  hasTestCase(machine: string, testCase: string): boolean {
    return this.machines.get(machine)?.has(testCase) ?? false;
  }

  /** The answer for this invocation of a state, undefined if it is not mocked. Each call is one invocation. */
  answer(executionArn: string, machine: string, state: string): TaskResult | undefined {
    const testCase = this.chosen.get(executionArn) ?? this.testCase;
    const name = testCase === undefined ? undefined : this.machines.get(machine)?.get(testCase)?.get(state);
    if (name === undefined) return undefined;
    const counts = this.counts.get(executionArn) ?? new Map<string, number>();
    const count = counts.get(state) ?? 0;
    this.counts.set(executionArn, counts.set(state, count + 1));
    const response = this.responses.get(name)?.find((r) => count >= r.first && count <= r.last);
    if (response === undefined) {
      return {
        ok: false,
        error: 'States.Runtime',
        cause: `MockConfigFile: MockedResponses.${name} has no entry for invocation ${count} of state ${state} (test case ${testCase}): add "${count}": {"Return": …} or {"Throw": …}`,
      };
    }
    const { answer } = response;
    return answer.kind === 'return'
      ? { ok: true, output: answer.output }
      : { ok: false, error: answer.error, cause: answer.cause };
  }

  private parseMachine(machine: string, value: Json | undefined): Map<string, Map<string, string>> {
    const at = `StateMachines.${machine}`;
    if (!isObject(value) || !isObject(value.TestCases))
      throw new MockConfigError(`${at}.TestCases must be an object of test cases`);
    const cases = new Map<string, Map<string, string>>();
    for (const [name, states] of Object.entries(value.TestCases)) {
      if (!isObject(states))
        throw new MockConfigError(`${at}.TestCases.${name} must map states to names of MockedResponses`);
      const mapped = new Map<string, string>();
      for (const [state, response] of Object.entries(states)) {
        if (typeof response !== 'string' || !this.responses.has(response)) {
          throw new MockConfigError(
            `${at}.TestCases.${name}.${state} must name one of MockedResponses, not ${JSON.stringify(response)}`,
          );
        }
        mapped.set(state, response);
      }
      cases.set(name, mapped);
    }
    return cases;
  }
}

function parseResponse(name: string, value: Json | undefined): readonly Response[] {
  const at = `MockedResponses.${name}`;
  if (!isObject(value)) throw new MockConfigError(`${at} must be an object of "0", "1-2", …`);
  return Object.entries(value).map(([range, answer]) => {
    const bounds = /^(\d+)(?:-(\d+))?$/.exec(range);
    const first = Number(bounds?.[1]);
    const last = Number(bounds?.[2] ?? bounds?.[1]);
    if (!bounds || last < first)
      throw new MockConfigError(`${at}: "${range}" is no number of an invocation ("0") and no range ("1-2")`);
    return { first, last, answer: parseAnswer(`${at}.${range}`, answer) };
  });
}

function parseAnswer(at: string, value: Json | undefined): Answer {
  if (isObject(value) && value.Return !== undefined) return { kind: 'return', output: value.Return };
  if (isObject(value) && isObject(value.Throw)) {
    const { Error: error, Cause: cause } = value.Throw;
    if (typeof error === 'string') return { kind: 'throw', error, cause: typeof cause === 'string' ? cause : '' };
  }
  throw new MockConfigError(`${at} must be {"Return": …} or {"Throw": {"Error": "…", "Cause": "…"}}`);
}
