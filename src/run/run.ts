/** One run: what its phases share, how it begins, and its document. */
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import { planExecutions } from '../plan';
import type { Door } from '../target/door';
import type { ExistingMachine } from '../target/existing';
import { newRunId, renderDocument, type RunState } from './document';
import { parseThresholds } from './figures';
import type { JobIo } from './io';
import type { Keeper } from './keeper';
import type { Prepared } from './prepare';
import type { Reach } from './reach';
import { simulatedBy } from './simulation';
import type { StopSwitch } from './stopping';

/** What the phases of one run share. */
export interface Run {
  readonly plan: Plan;
  readonly io: JobIo;
  readonly prepared: Prepared;
  readonly state: RunState;
  readonly random: () => number;
  readonly stop: StopSwitch;
  readonly keeper: Keeper;
  /** Whether the target answers to nothing any more: then nothing can be removed there either. */
  readonly reach: Reach;
  /** A deployed machine that is run as it is. */
  readonly existing?: { readonly door: Door; readonly machine: ExistingMachine };
}

export const initialState = (plan: Plan, io: JobIo, prepared: Prepared): RunState => {
  const now = io.clock.now();
  return {
    id: io.options.runId ?? newRunId(now),
    startedAt: now,
    version: io.version,
    plan,
    workflow: prepared.workflow,
    target: { kind: plan.target.kind, region: '', simulated: simulatedBy(plan) },
    status: { kind: 'running', phase: 'preparing' },
    lanes: [],
    notes: [],
    planned: planExecutions(plan),
    thresholds: parseThresholds(plan.thresholds),
  };
};

export const render = ({ state, io }: Run, final: boolean): RunDocument => renderDocument(state, io.clock.now(), final);
