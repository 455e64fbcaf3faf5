import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { blockers, errorsOf, languageOf, parseMachine } from '../asl';
import { loadSettings } from '../asl/settings';
import { ExpectedError, messageOf } from '../model/errors';
import type { JsonObject } from '../model/json';
import type { ParsedMachine, Problem } from '../model/machine';
import type { Plan } from '../model/plan';
import { isWorkflowType, systemsOf, typeOfSystem } from '../model/system';
import type { RunWorkflow } from '../model/run';
import type { WorkflowSettings } from '../model/settings';
import { validatePlan } from '../plan';
import { thresholdSlip } from '../stats';
import { checkSystems } from '../systems/registry';
import { checkTwin } from '../systems/twin';
import type { Ask, RunOptions } from './contract';
import { parseThresholds } from './figures';
import { openInputs, type Inputs } from './inputs';
import { fillPlaceholders } from './placeholders';

/** All that a run is made of, read and checked, before anything is started or deployed. */
export interface Prepared {
  readonly text: string;
  readonly settings: WorkflowSettings;
  /** Folder of the settings file: code and inputs are relative to it. */
  readonly settingsFolder: string;
  readonly inputs: Inputs;
  readonly workflow: RunWorkflow;
  readonly machine: ParsedMachine;
  /** ms of a cold start of its functions, as earlier runs on an account had it. */
  readonly initMs?: number;
  /** The definition with its placeholders filled, once the account and region are known. */
  resolve(pseudo: Pseudo, ask: Ask): Promise<JsonObject>;
}

/** CloudFormation's pseudo parameters that a definition may name. */
export interface Pseudo {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
}

const usage = (message: string) => new ExpectedError(message, { code: 'usage' });

const listed = (problems: readonly Problem[], file: string): string =>
  errorsOf(problems)
    .map((problem) => {
      const at = problem.range ? `:${problem.range.start.line + 1}:${problem.range.start.column + 1}` : '';
      return `${file}${at} ${problem.message}`;
    })
    .join('\n');

const hasErrors = (problems: readonly Problem[]) => problems.some((problem) => problem.severity === 'error');

/** `order.asl.json` → `order`. */
export const workflowName = (file: string): string =>
  path.basename(file).replace(/(\.asl)?\.(json|jsonc|ya?ml)$|\.asl$/i, '') || 'workflow';

/** @throws ExpectedError (usage) with all that is wrong, each with its place. */
export const prepare = async (plan: Plan, options: RunOptions): Promise<Prepared> => {
  const wrong = validatePlan(plan).filter((problem) => problem.severity === 'error');
  if (wrong.length > 0) throw usage(wrong.map((problem) => problem.message).join('\n'));
  const { existing } = plan;
  const shown = existing?.machine ?? (path.relative(options.folder, plan.file).split(path.sep).join('/') || plan.file);
  const text = options.text ?? (await readText(plan.file));
  const { settings, folder, problems } = await loadSettings(plan.file);
  if (hasErrors(problems)) throw usage(listed(problems, 'stepbench.json'));
  checkSystems(systemsOf(plan), settings.systems);
  const machine = parseMachine(text, languageOf(plan.file));
  // What is deployed has been taken by the service: nothing here knows better.
  if (!machine.definition || (!existing && hasErrors(machine.problems)))
    throw usage(listed(machine.problems, shown) || `${shown} is not a state machine: it has no States.`);
  const { definition } = machine;
  if (plan.types.includes('EXPRESS') && !existing) {
    const found = blockers(definition).map(({ path: at, reason }) => (at === '' ? `${reason}.` : `${at}: ${reason}.`));
    if (found.length > 0)
      throw usage(
        `This workflow cannot run as Express:\n${found.join('\n')}\nRun it as Standard alone (--type standard).`,
      );
  }
  refuseSlips(plan, machine);
  if (systemsOf(plan).includes('as-code')) checkTwin(definition);
  const inputs = await openInputs(plan.input, folder);
  if (plan.load.kind === 'sweep' && plan.load.over === 'payload' && !inputs.takesPayload)
    throw usage('Payload sizes are swept, but no input has a "{{bytes}}" for them to fill: give one with --input.');
  const known = { ...settings.substitutions, ...options.substitutions };
  return {
    text,
    settings,
    settingsFolder: folder,
    inputs,
    machine,
    workflow: {
      file: shown,
      name: workflowName(plan.file),
      definitionBytes: Buffer.byteLength(JSON.stringify(definition)),
      states: machine.states.map(({ path: at, type, hash }) => ({ path: at, type, hash })),
    },
    resolve: async (pseudo, ask) => {
      if (existing) return definition;
      const values = {
        'AWS::Region': pseudo.region,
        'AWS::AccountId': pseudo.accountId,
        'AWS::Partition': pseudo.partition,
        ...known,
      };
      const resolved = await fillPlaceholders({ text, language: languageOf(plan.file), shown }, values, ask);
      if (!resolved.definition || hasErrors(resolved.problems)) throw usage(listed(resolved.problems, shown));
      return resolved.definition;
    },
  };
};

/** A threshold that could never hold fails a run after it was paid for: better before. Other systems name states of their own. */
const refuseSlips = (plan: Plan, machine: ParsedMachine): void => {
  const systems = systemsOf(plan);
  const known = systems.every((system) => isWorkflowType(typeOfSystem[system]));
  const slips = parseThresholds(plan.thresholds).flatMap(
    (threshold) =>
      (known
        ? thresholdSlip(
            threshold,
            machine.states.map(({ path: at }) => at),
            systems,
          )
        : undefined) ?? [],
  );
  if (slips.length > 0) throw usage(slips.join('\n'));
};

const readText = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw usage(code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${messageOf(error)}`);
  }
};
