import type { Clock } from '../model/clock';
import type { Standing } from '../model/run';
import type { ExecutionTrace } from '../model/visit';
import { createStays, measuredStanding, openStates, type Stays } from '../stats/standing';
import type { InFlight, Lane } from './lane';
import { shuffle } from './random';

/** Executions that are asked in one look, how many at a time, and how long what they said is believed, ms. */
const mostAsked = 24;
const atATime = 2;
const believedMs = 2_500;

export interface StandingOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether somebody looks: where nobody does, nothing is asked and figures are derived. */
  readonly isWatched: () => boolean;
  /** What an execution in flight has done lately; undefined where that cannot be had without cost to the rest. */
  readonly glance: (lane: Lane, executionArn: string) => Promise<ExecutionTrace | undefined>;
}

/** Where the executions in flight of each arm stand while it is loaded. */
export interface StandingWatch {
  /** Asks some of a lane's executions, two at a time, so that no call of the load waits behind many. */
  readonly look: (lane: Lane) => Promise<void>;
  /** An execution has ended and was read. */
  readonly ended: (lane: Lane, trace: ExecutionTrace) => void;
  /** Measured where executions were asked just now, else derived, else undefined. Warm-ups are left out. */
  readonly of: (lane: Lane) => Standing | undefined;
}

export const createStandingWatch = ({ clock, random, isWatched, glance }: StandingOptions): StandingWatch => {
  const stays = new Map<number, Stays>();
  const measured = new Map<number, { readonly at: number; readonly standing: Standing }>();
  const inFlight = (lane: Lane): readonly InFlight[] => [...lane.inFlight.values()].filter((each) => !each.warmup);

  const look = async (lane: Lane): Promise<void> => {
    if (lane.system.traces !== 'histories' || !isWatched()) return;
    const all = inFlight(lane);
    const taken = all.flatMap(({ executionArn }) => (executionArn === undefined ? [] : [executionArn]));
    const todo = shuffle([...taken], random).slice(0, mostAsked);
    const asked: (readonly string[])[] = [];
    const ask = async () => {
      for (let next = todo.pop(); next !== undefined && isWatched(); next = todo.pop()) {
        const trace = await glance(lane, next);
        if (!trace) return;
        asked.push(openStates(trace));
      }
    };
    await Promise.all(Array.from({ length: atATime }, ask));
    if (asked.length > 0)
      measured.set(lane.number, { at: clock.now(), standing: measuredStanding(all.length, taken.length, asked) });
  };

  return {
    look,
    ended: (lane, trace) => {
      let known = stays.get(lane.number);
      if (!known) stays.set(lane.number, (known = createStays()));
      known.add(trace);
    },
    of: (lane) => {
      const count = inFlight(lane).length;
      const seen = measured.get(lane.number);
      if (count > 0 && seen && clock.now() - seen.at <= believedMs) return seen.standing;
      return stays.get(lane.number)?.standing(count);
    },
  };
};
