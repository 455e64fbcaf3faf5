import type { Clock } from '../model/clock';
import type { Collector } from './collecting';
import type { Lane } from './lane';
import type { StandingWatch } from './standing';

const everyMs = 1_000;

/** Looks at each lane in turn, again a second after the last one; what comes back ends it and resolves once no look is out. */
const keepLooking = (clock: Clock, lanes: readonly Lane[], look: (lane: Lane) => Promise<void>) => {
  let over = false;
  let looking: Promise<void> = Promise.resolve();
  let cancel: () => void = () => undefined;
  const round = async () => {
    for (const lane of lanes) if (!over) await look(lane);
    if (!over) cancel = clock.after(everyMs, begin);
  };
  const begin = () => {
    looking = round();
  };
  cancel = clock.after(everyMs, begin);
  return () => {
    over = true;
    cancel();
    return looking;
  };
};

/** While the load runs: fills per-state figures in, a little each second, and sees where executions stand if somebody looks on. */
export const lookOn = (
  clock: Clock,
  lanes: readonly Lane[],
  collector: Collector,
  watch?: StandingWatch,
): (() => Promise<unknown>) => {
  const peek = async (lane: Lane) => {
    if (lane.unread.length > 0) await collector.peek(lane);
  };
  const looks = [peek, ...(watch ? [watch.look] : [])].map((look) => keepLooking(clock, lanes, look));
  return () => Promise.all(looks.map((stop) => stop()));
};
