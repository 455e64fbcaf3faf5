/** One function a state type; each returns its outcome at once where nothing has to be waited for. */
import type { MaybePromise } from '../contract';
import type { Outcome } from '../outcome';
import type { Visit } from '../visit';
import type { ChoiceNode, FailNode, MapNode, ParallelNode, PassNode, SucceedNode, TaskNode, WaitNode } from '../nodes';
import { runChoice } from './choice';
import { runDistributedMap } from './distributedMap';
import { runFail } from './fail';
import { runMap } from './map';
import { runParallel } from './parallel';
import { runPass } from './pass';
import { runSucceed } from './succeed';
import { runTask } from './task';
import { runWait } from './wait';

/** The work of one stay, from its entry (written already) to its outcome (whose exit the caller writes). May throw. */
export const runState = (visit: Visit): MaybePromise<Outcome> => {
  switch (visit.node.type) {
    case 'Task':
      return runTask(visit as Visit<TaskNode>);
    case 'Pass':
      return runPass(visit as Visit<PassNode>);
    case 'Choice':
      return runChoice(visit as Visit<ChoiceNode>);
    case 'Wait':
      return runWait(visit as Visit<WaitNode>);
    case 'Succeed':
      return runSucceed(visit as Visit<SucceedNode>);
    case 'Fail':
      return runFail(visit as Visit<FailNode>);
    case 'Parallel':
      return runParallel(visit as Visit<ParallelNode>);
    case 'Map':
      return visit.node.distributed ? runDistributedMap(visit as Visit<MapNode>) : runMap(visit as Visit<MapNode>);
  }
};
