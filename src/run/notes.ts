import { addNote, type RunState } from './document';
import { laneLabel, type Lane } from './lane';

const n = (count: number, one: string) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** Says of every arm what a reader must know before believing its figures. */
export const tellLanes = (state: RunState): void => {
  for (const lane of state.lanes) tellLane(state, lane);
};

const tellLane = (state: RunState, lane: Lane): void => {
  const type = laneLabel(lane, state.lanes);
  const { tally } = lane;
  if (lane.unknown.length > 0)
    addNote(
      state,
      'unknown',
      `${type}: how ${n(lane.unknown.length, 'execution')} ended is not known${state.status.kind === 'stopped' ? ' (in flight when the run was stopped)' : ''}: ${lane.unknown.join(', ')}.${tally.unknownWhy && state.status.kind !== 'stopped' ? ` The last one's reason: ${tally.unknownWhy}` : ''}`,
    );
  if (tally.throttles > 0)
    addNote(
      state,
      'throttled',
      `${type}: ${n(tally.throttles, 'start call')} met a quota and had to be made again; that wait is in the latencies.`,
    );
  if (tally.failures > 0)
    addNote(state, 'info', `${type}: ${n(tally.failures, 'start call')} failed on the way and had to be made again.`);
  for (const [why, count] of tally.notStarted)
    if (why !== 'stopped') addNote(state, 'info', `${type}: ${n(count, 'execution')} could not be started: ${why}`);
  if (tally.saturated > 0)
    addNote(
      state,
      'saturated',
      `${type}: while ${n(tally.saturated, 'sample')} came in, this machine itself was saturated; ${tally.saturated === 1 ? 'it is marked, and its latency' : 'they are marked, and their latencies'} may hold the machine’s own delay.`,
    );
  const finished = lane.arm.finished - lane.unknown.length;
  if (tally.incompleteLogs > 0)
    addNote(
      state,
      'incomplete',
      `${type}: the logs of ${n(tally.incompleteLogs, 'execution')} did not arrive complete (CloudWatch delivers them on a best effort basis); per-state figures rest on ${n(tally.read, 'execution')}.`,
    );
  else if (tally.read < finished && tally.read > 0)
    addNote(
      state,
      'sampled',
      `${type}: per-state figures rest on a random sample of ${tally.read.toLocaleString('en')} of ${n(finished, 'execution')}, drawn by status and latency.`,
    );
};
