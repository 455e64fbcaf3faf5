/** Every recorded Standard history of the real service must be read without loss. Timestamps there are blanked: made up here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../src/model/event';
import type { JsonObject } from '../../../src/model/json';
import { eventFromHistory, statesOfDefinition, traceExecution } from '../../../src/trace';

const folder = path.resolve(import.meta.dirname, '../../../../shared/corpus/executions');
const present = existsSync(folder);
if (!present) console.warn('skipped: recorded histories are not there (../shared/corpus/executions)');

interface Recorded {
  readonly id: string;
  readonly definition: JsonObject;
  readonly expected: { readonly status: string; readonly events?: readonly JsonObject[] };
}

const cases: Recorded[] = present
  ? readdirSync(folder).flatMap((file) =>
      readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Recorded)
        .filter(
          (each) => each.expected.events?.length && each.expected.events.every((event) => typeof event.id === 'number'),
        ),
    )
  : [];

const eventsOf = (recorded: Recorded): HistoryEvent[] => {
  const events = recorded.expected.events!.map((raw, i) => ({
    ...eventFromHistory(raw),
    timestamp: 1_000_000 + i * 7,
  }));
  return events;
};

describe.skipIf(!present)('recorded histories', () => {
  it('are all there', () => expect(cases.length).toBeGreaterThan(300));
  it.each(cases.map((each) => [each.id, each] as const))('%s', (_, recorded) => {
    const events = eventsOf(recorded);
    const trace = traceExecution(events, statesOfDefinition(recorded.definition));
    expect(trace.unplaced).toBeUndefined();
    expect(trace.events).toBe(events.length);
    expect(trace.visits).toHaveLength(events.filter((event) => event.type.endsWith('StateEntered')).length);
    expect(trace.visits.filter((visit) => visit.exitedEventId !== undefined)).toHaveLength(
      events.filter((event) => event.type.endsWith('StateExited')).length,
    );
    const known = new Set(statesOfDefinition(recorded.definition).map((state) => state.path));
    for (const visit of trace.visits) {
      expect(known).toContain(visit.path);
      expect(visit.exitedAt).toBeDefined();
      const { pre, queue, work, wait, backoff, post } = visit.parts;
      const sum = pre + queue + work + wait + backoff + post;
      expect(sum).toBeCloseTo(visit.exitedAt! - visit.enteredAt, 6);
      if (visit.previous !== undefined) expect(trace.visits[visit.previous]!.scope).toBe(visit.scope);
    }
    expect(trace.criticalPath.length > 0).toBe(trace.visits.length > 0);
  });
});
