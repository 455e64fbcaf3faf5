/** TestState as a test asks it. */
import type { TaskRunner } from '../../../../../src/engine/contract';
import type { JsonObject } from '../../../../../src/model/json';
import { world } from '../world';

export const tasks: TaskRunner = { run: ({ parameters }) => ({ ok: true, output: { asked: parameters } }) };

/** The answer with its JSON texts parsed. */
export async function tested(definition: JsonObject, more: object = {}): Promise<Record<string, unknown>> {
  const answer = await world({ tasks }).call('TestState', {
    definition: JSON.stringify(definition),
    inspectionLevel: 'TRACE',
    ...more,
  });
  const inspection = Object.entries((answer.inspectionData ?? {}) as Record<string, unknown>).map(([key, value]) => [
    key,
    typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
  ]);
  return {
    ...answer,
    ...(answer.output !== undefined && { output: JSON.parse(answer.output as string) as unknown }),
    ...(answer.inspectionData !== undefined && { inspectionData: Object.fromEntries(inspection) as unknown }),
  };
}
