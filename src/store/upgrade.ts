import { isObject, type JsonObject } from '../model/json';
import type { RunDocument } from '../model/run';
import { shapeProblem } from './shape';

const currentSchema = 'stepbench.run/1';

/**
 * Steps from one version of the run document to the next, by the version they start from. `/0` is the format of the
 * versions before 0.1: it had no progress, no notes and a status that was a plain word.
 */
const steps: Readonly<Record<string, (document: JsonObject) => JsonObject>> = {
  'stepbench.run/0': (document) => ({
    ...document,
    schema: 'stepbench.run/1',
    status:
      typeof document['status'] === 'string'
        ? { kind: document['status'] }
        : (document['status'] ?? { kind: 'finished' }),
    progress: document['progress'] ?? { planned: 0, done: 0, running: 0, remainingMs: null },
    notes: document['notes'] ?? [],
  }),
};

export type Read =
  { readonly ok: true; readonly document: RunDocument } | { readonly ok: false; readonly reason: string };

/** Text of a run document → the current form of it, or the reason why it is none. Never throws. */
export const readDocument = (text: string): Read => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `it is not JSON (${error instanceof Error ? error.message : String(error)})` };
  }
  if (!isObject(value)) return { ok: false, reason: 'it is not a JSON object' };
  let document: JsonObject = value;
  for (let guard = 0; guard < 10 && document['schema'] !== currentSchema; guard++) {
    const schema = document['schema'];
    const step = typeof schema === 'string' ? steps[schema] : undefined;
    if (!step)
      return {
        ok: false,
        reason:
          schema === undefined
            ? `it names no schema, such as "${currentSchema}"`
            : `its schema is ${JSON.stringify(schema)}; this version reads up to "${currentSchema}"`,
      };
    document = step(document);
  }
  const missing = ['id', 'startedAt', 'status', 'workflow', 'target', 'plan', 'arms'].filter(
    (key) => document[key] === undefined,
  );
  if (missing.length > 0) return { ok: false, reason: `it lacks ${missing.join(', ')}` };
  const problem = shapeProblem(document);
  if (problem) return { ok: false, reason: `it is damaged: ${problem}` };
  return { ok: true, document: document as unknown as RunDocument };
};
