import { QueryError, type Scope } from '../../../../src/engine/query';
import type { Json, JsonObject } from '../../../../src/model/json';

/** A scope as the interpreter makes one. */
export const scopeOf = (input: Json, extra: Partial<Scope> & { contextObject?: JsonObject } = {}): Scope => ({
  input,
  context: () => extra.contextObject ?? { Execution: { Input: input, Name: 'exec' }, State: { Name: 'S' } },
  variables: {},
  ...extra,
});

/** `error: cause` of what a query throws; what it answers is a failure of the test. */
export const failureOf = (evaluate: () => unknown): string => {
  try {
    return `no failure, but ${JSON.stringify(evaluate())}`;
  } catch (error) {
    if (error instanceof QueryError) return `${error.error}: ${error.causeText}`;
    throw error;
  }
};

export const failureLater = async (evaluate: () => unknown): Promise<string> => {
  try {
    return `no failure, but ${JSON.stringify(await evaluate())}`;
  } catch (error) {
    if (error instanceof QueryError) return `${error.error}: ${error.causeText} [${error.location}]`;
    throw error;
  }
};
