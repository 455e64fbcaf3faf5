/** The engine's events as GetExecutionHistory shows them: details under the key of their family, truncation told. */
import type { HistoryEvent } from '../../src/model/event';
import type { RecordedEvent } from './corpus';

const detailsKey = (type: string): string => {
  const family = /State(Entered|Exited)$/.exec(type);
  const name = family ? `State${family[1]}` : type;
  return `${name[0]!.toLowerCase()}${name.slice(1)}EventDetails`;
};

/** Types that AWS sends without any details. */
const bare =
  /^(LambdaFunctionStarted|(Parallel|Map)State(Succeeded|Failed|Aborted)|ParallelStateStarted|MapRun(Succeeded|Aborted)|(Task|Wait)StateAborted)$/;

const told = { truncated: false };

export const asApiEvent = (event: HistoryEvent): RecordedEvent => {
  const { id, previousEventId, type, details } = event;
  if (bare.test(type)) return { id, previousEventId, type };
  const withTold = {
    ...details,
    ...(details.input === undefined ? {} : { inputDetails: told }),
    ...(details.output === undefined ? {} : { outputDetails: told }),
    ...(details.assignedVariables === undefined ? {} : { assignedVariablesDetails: told }),
  };
  return { id, previousEventId, type, [detailsKey(type)]: withTold };
};
