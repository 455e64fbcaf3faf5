import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { messageOf } from '../model/errors';
import type { Plan } from '../model/plan';
import type { RunDocument } from '../model/run';
import { describePlan } from '../plan';
import {
  fitVariants,
  htmlReport,
  junitReport,
  markdownReport,
  samplesCsv,
  statesCsv,
  terminalReport,
  terminalTable,
  variantTables,
} from '../report';
import { startRun, type Ask } from '../run/client';
import { workflowName } from '../run/prepare';
import { parseReference } from '../target/existing';
import { usageError, type Command, type CommandContext, type ExitCode, type Parsed } from './command';
import { planOf, planOptions } from './planArguments';
import { createProgress } from './progress';
import { offerRecovery } from './recover';

/** A report in the form that its file's ending names. */
export const reportFor = (file: string, document: RunDocument): string => {
  switch (path.extname(file).toLowerCase()) {
    case '.html':
      return htmlReport(document);
    case '.md':
      return markdownReport(document);
    case '.csv':
      return /states\.csv$/i.test(file) ? statesCsv(document) : samplesCsv(document);
    case '.xml':
      return junitReport(document);
    case '.json':
      return JSON.stringify(document, null, 2) + '\n';
    default:
      return checkReportFile(file);
  }
};

/** @throws ExpectedError (usage) for an ending that names no report or a folder that is not there: said before the run, not after it. */
const checkReportFile = (file: string, folder?: string): string => {
  const directory = folder === undefined ? undefined : path.dirname(path.resolve(folder, file));
  if (directory !== undefined && !existsSync(directory))
    throw usageError(`--out ${file}: there is no folder ${directory}. Make it first.`);
  if (/\.(json|html|md|csv|xml)$/i.test(file)) return '';
  throw usageError(
    `--out takes a file that ends in .json, .html, .md, .csv, states.csv or .xml (JUnit), not "${file}".`,
  );
};

/** The disk refused it: it was to be kept, and is not. */
export const isUnsaved = ({ notes }: RunDocument): boolean => notes.some(({ kind }) => kind === 'unsaved');

export const exitCodeOf = (document: RunDocument): ExitCode => {
  if (document.status.kind === 'failed' || document.status.kind === 'stopped') return 3;
  // Its figures are printed, but who looks for the run afterwards finds none.
  if (isUnsaved(document)) return 3;
  return document.thresholds?.some((threshold) => !threshold.ok) ? 1 : 0;
};

/** Questions on the terminal; without one the answer is no, and the message says which option answers yes. */
export const askOn =
  (context: CommandContext): Ask =>
  async (question) => {
    if (!context.askLine) {
      context.stderr.write(
        `${question.message}\n${question.kind === 'confirm' ? `${question.detail}\nNobody can be asked here: pass --yes.\n` : ''}`,
      );
      return undefined;
    }
    if (question.kind === 'text') return context.askLine(`${question.message}: `, question.secret);
    const answer = await context.askLine(`${question.message}\n${question.detail}\nGo on? [y/N] `, false);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  };

/** What is no file but names a machine on a target. @throws ExpectedError (usage) where an option cannot go with it. */
const existingOf = (operand: string, parsed: Parsed, cwd: string): string | undefined => {
  const isArn = operand.startsWith('arn:');
  if (!isArn && (existsSync(path.resolve(cwd, operand)) || /^(local)?$/.test(parsed.text('target') ?? '')))
    return undefined;
  if (!parseReference(operand)) {
    if (isArn)
      throw usageError(
        `"${operand}" is not the ARN of a state machine (arn:aws:states:REGION:ACCOUNT:stateMachine:NAME).`,
      );
    return undefined;
  }
  for (const name of ['type', 'role', 'keep', 'cold'])
    if (parsed.text(name) !== undefined || parsed.flag(name))
      throw usageError(`--${name} does not go with a state machine that is deployed already: it is run as it is.`);
  return operand;
};

/** `report.html` → `report.order-6.html`: a file for each of several workflows. */
export const fileForVariant = (file: string, variant: string): string => {
  const { dir, name, ext } = path.parse(file);
  const states = /^(?:(.*)\.)?states$/i.exec(name);
  return path.join(
    dir,
    states ? `${states[1] ? `${states[1]}.` : ''}${variant}.states${ext}` : `${name}.${variant}${ext}`,
  );
};

const planFor = async (parsed: Parsed, operand: string, cwd: string): Promise<Plan> => {
  const existing = existingOf(operand, parsed, cwd);
  // Of a machine that is deployed, settings and inputs stand in the current folder.
  const file = path.resolve(cwd, existing === undefined ? operand : 'deployed.asl.json');
  const { settings, folder, problems } = await loadSettings(file);
  const wrong = problems.filter((problem) => problem.severity === 'error');
  if (wrong.length > 0) throw usageError(wrong.map((problem) => `stepbench.json: ${problem.message}`).join('\n'));
  const plan = await planOf(parsed, file, settings, folder, cwd);
  return existing === undefined ? plan : { ...plan, existing: { machine: existing } };
};

const runOne = async (plan: Plan, parsed: Parsed, context: CommandContext): Promise<RunDocument> => {
  context.stderr.write(`${describePlan(plan)}\n`);
  const progress = createProgress(context.stderr);
  const handle = startRun(plan, {
    folder: context.cwd,
    yes: parsed.flag('yes'),
    enforceQuotas: parsed.flag('quotas'),
    inMemory: parsed.flag('no-save'),
    onSnapshot: progress.show,
    onNote: (message) => context.stderr.write(message.endsWith('\n') ? message : `${message}\n`),
    ask: askOn(context),
    signal: context.signal,
  });
  return handle.done.finally(progress.done);
};

const writeReports = async (
  outs: readonly string[],
  document: RunDocument,
  { cwd, stderr }: CommandContext,
): Promise<boolean> => {
  let written = true;
  for (const out of outs) {
    try {
      await writeFile(path.resolve(cwd, out), reportFor(out, document));
    } catch (error) {
      written = false;
      stderr.write(`${out} could not be written: ${messageOf(error)}\n`);
    }
  }
  return written;
};

/** Several variants: each run by itself, the next once it has ended and what it made is gone; then the lines through them. */
const printVariants = (documents: readonly RunDocument[], parsed: Parsed, { stdout }: CommandContext): void => {
  if (parsed.flag('json')) {
    const all = { schema: 'stepbench.variants/1', runs: documents, fits: fitVariants(documents) };
    stdout.write(`${JSON.stringify(all)}\n`);
    return;
  }
  for (const document of documents) stdout.write(`${terminalReport(document, { detail: false })}\n`);
  stdout.write(`${variantTables(documents).map(terminalTable).join('\n\n')}\n`);
};

export const runCommand: Command = {
  name: 'run',
  summary:
    'Benchmark a workflow: deploy it, load it, measure every state, and remove it again; or run a state machine that is deployed already, as it is. Prints tables, or the run document with --json. Several files are variants: each is run by itself, and lines are fitted through them.',
  operands: 'FILE|ARN|NAME …',
  least: 1,
  most: 20,
  options: [
    ...planOptions,
    { name: 'quotas', help: 'let the embedded engine enforce the published quotas of its region' },
    { name: 'yes', help: 'do not ask before running on an account' },
    {
      name: 'out',
      value: 'FILE',
      multiple: true,
      help: 'also write the document or a report: .json, .html, .md, .csv (samples), states.csv, .xml (JUnit); of several workflows one each, named after it',
    },
    { name: 'no-save', help: 'keep nothing under .stepbench/runs' },
    { name: 'json', help: 'print the run document on stdout and nothing else' },
  ],
  run: async (parsed, context) => {
    const plans = await Promise.all(parsed.operands.map((operand) => planFor(parsed, operand, context.cwd)));
    const names = plans.map((plan) => plan.existing?.machine.split(':').pop() ?? workflowName(plan.file));
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice)
      throw usageError(`Two variants are called ${twice}: their figures are told apart by the name of the file.`);
    const outs = parsed.texts('out');
    for (const out of outs) checkReportFile(out, context.cwd);
    if (!parsed.flag('no-save')) await offerRecovery(context);
    const documents: RunDocument[] = [];
    let written = true;
    for (const [i, plan] of plans.entries()) {
      const document = await runOne(plan, parsed, context);
      documents.push(document);
      const name = names[i] as string;
      const files = plans.length > 1 ? outs.map((out) => fileForVariant(out, name)) : outs;
      if (!(await writeReports(files, document, context))) written = false;
      if (document.status.kind === 'failed') context.stderr.write(`${document.status.message}\n`);
      if (document.status.kind !== 'finished') break;
    }
    const [only] = documents;
    if (plans.length > 1) printVariants(documents, parsed, context);
    else if (only) context.stdout.write(parsed.flag('json') ? `${JSON.stringify(only)}\n` : terminalReport(only));
    // What was asked for and is not there must not look like success to a script.
    return Math.max(written ? 0 : 3, ...documents.map(exitCodeOf));
  },
};
