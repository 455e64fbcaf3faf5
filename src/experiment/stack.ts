import type { Target } from '../model/plan';
import { ExpectedError, messageOf } from '../model/errors';
import { formatCount } from '../model/format';
import { money } from '../plan/forecast';
import { newRunId } from '../run/document';
import { preciseClock } from '../run/clock';
import { createRandom } from '../run/random';
import { cloudFormationTemplate, mostTemplateBytes } from '../systems/template';
import type { Deployment } from '../target/deployment';
import { openDoor, type DoorOptions } from '../target/door';
import { startLedger } from '../target/ledger';
import { resourceName } from '../target/names';
import { removeAll } from '../target/remove';
import { awaitStackGone, createStack, putItems } from '../target/stack';
import type { Experiment } from './declaration';
import { forecastTrials } from './spending';
import { templateSource } from './templateOf';
import type { Trial } from './trials';

/** What an experiment's systems need on an account: up as one stack, and gone again. */
export interface ExperimentStack {
  readonly name: string;
  remove(): Promise<void>;
}

export interface StackRequest {
  readonly experiment: Experiment;
  /** Of the declaration. */
  readonly folder: string;
  /** Current folder: the ledger is in it, so that `stepbench clean` finds what was left. */
  readonly cwd: string;
  readonly target: Target;
  readonly signIn: DoorOptions['signIn'];
  /** What will be run on it, for the forecast. */
  readonly trials: readonly Trial[];
  /** Asked before anything is made. */
  readonly confirm: (message: string, detail: string) => Promise<boolean>;
  readonly onNote: (message: string) => void;
}

/**
 * Makes functions, tables and topics with their roles from the experiment's template; state machines are each run's own. Rows that
 * the settings declare are put in. Removed when anything fails.
 * @throws ExpectedError with what stands in the way.
 */
export const deployExperiment = async (request: StackRequest): Promise<ExperimentStack> => {
  const { experiment, folder, cwd, target, signIn, trials, confirm, onNote } = request;
  const source = await templateSource(experiment, experiment.rows, folder);
  const template = JSON.stringify(cloudFormationTemplate({ ...source, workflows: {} }));
  if (Buffer.byteLength(template) > mostTemplateBytes)
    throw new ExpectedError(`The template is larger than the ${mostTemplateBytes} bytes that CreateStack takes.`);
  const clock = preciseClock();
  const door = await openDoor(target, { now: () => clock.now(), signIn });
  const runId = newRunId(clock.now());
  const name = resourceName(experiment.name, runId.slice(-6));
  try {
    const { functions, tables, topics } = countsOf(source);
    const { usd, executions, runs } = await forecastTrials(trials, door.region);
    const agreed = await confirm(
      `Create the stack ${name} in AWS account ${door.accountId} in ${door.region}?`,
      [
        `${functions} functions, ${tables} tables, ${topics} topics and a role for them. They cost nothing while nobody uses them, and are removed at the end.`,
        `${formatCount(executions)} executions in ${formatCount(runs)} runs are forecast to cost ${usd === null ? 'what is not known: a price is missing for this region' : `${money(usd)} (derived)`}; each run tells its own forecast and cap.`,
      ].join('\n'),
    );
    if (!agreed) throw new ExpectedError('Not run: the stack was not confirmed. Use --yes to run without being asked.');
    const head = {
      runId,
      target,
      region: door.region,
      accountId: door.accountId,
      at: new Date(clock.now()).toISOString(),
    };
    const ledger = await startLedger(cwd, head);
    const deployment: Deployment = {
      ...{ door, ledger },
      ownership: { runId, workflow: experiment.name, createdAt: clock.now() },
      pause: { sleep: (ms) => clock.sleep(ms), random: createRandom(1) },
    };
    const remove = async (): Promise<void> => {
      const { failed } = await removeAll(door, ledger, deployment.pause);
      for (const { entry, message } of failed)
        onNote(`${entry.kind} ${entry.name} could not be removed (${message}). Run: stepbench clean`);
      if (failed.length === 0)
        await awaitStackGone(deployment, name).catch((error: unknown) => onNote(messageOf(error)));
      door.close();
    };
    try {
      onNote(`Creating the stack ${name} …`);
      await createStack(deployment, { name, template });
      for (const { settings } of source.parts)
        for (const [table, { items = [] }] of Object.entries(settings.tables ?? {}))
          await putItems(deployment, table, items);
    } catch (error) {
      await remove();
      throw error;
    }
    return { name, remove };
  } catch (error) {
    door.close();
    throw error;
  }
};

const countsOf = ({ parts }: Awaited<ReturnType<typeof templateSource>>) => {
  const count = (field: 'functions' | 'tables' | 'topics') =>
    parts.reduce((sum, { settings }) => sum + Object.keys(settings[field] ?? {}).length, 0);
  return { functions: count('functions'), tables: count('tables'), topics: count('topics') };
};
