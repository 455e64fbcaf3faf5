import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadSettings } from '../asl/settings';
import { messageOf } from '../model/errors';
import type { RunDocument } from '../model/run';
import { describePlan } from '../plan';
import { htmlReport, junitReport, markdownReport, samplesCsv, statesCsv, terminalReport } from '../report';
import { startRun, type Ask } from '../run/client';
import { parseReference } from '../target/existing';
import { usageError, type Command, type CommandContext, type ExitCode, type Parsed } from './command';
import { planOf, planOptions } from './planArguments';
import { createProgress } from './progress';

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

/** @throws ExpectedError (usage) for an ending that names no report: said before the run, not after it. */
const checkReportFile = (file: string): string => {
  if (/\.(json|html|md|csv|xml)$/i.test(file)) return '';
  throw usageError(
    `--out takes a file that ends in .json, .html, .md, .csv, states.csv or .xml (JUnit), not "${file}".`,
  );
};

export const exitCodeOf = (document: RunDocument): ExitCode => {
  if (document.status.kind === 'failed' || document.status.kind === 'stopped') return 3;
  return document.thresholds?.some((threshold) => !threshold.ok) ? 1 : 0;
};

/** Questions on the terminal; without one the answer is no, and the message says which option answers yes. */
const askOn =
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

export const runCommand: Command = {
  name: 'run',
  summary:
    'Benchmark a workflow: deploy it, load it, measure every state, and remove it again. Prints tables, or the run document with --json. With the ARN, name or alias (NAME:ALIAS) of a state machine that is deployed already, and a --target: that one, as it is.',
  operands: 'FILE|ARN|NAME',
  least: 1,
  most: 1,
  options: [
    ...planOptions,
    { name: 'quotas', help: 'let the embedded engine enforce the published quotas of its region' },
    { name: 'yes', help: 'do not ask before running on an account' },
    {
      name: 'out',
      value: 'FILE',
      multiple: true,
      help: 'also write the document or a report: .json, .html, .md, .csv (samples), states.csv, .xml (JUnit)',
    },
    { name: 'no-save', help: 'keep nothing under .stepbench/runs' },
    { name: 'json', help: 'print the run document on stdout and nothing else' },
  ],
  run: async (parsed, context) => {
    const operand = parsed.operands[0] as string;
    const existing = existingOf(operand, parsed, context.cwd);
    const file = path.resolve(context.cwd, existing ? 'stepbench.asl.json' : operand);
    const { settings, folder, problems } = await loadSettings(file);
    const wrong = problems.filter((problem) => problem.severity === 'error');
    if (wrong.length > 0) throw usageError(wrong.map((problem) => `stepbench.json: ${problem.message}`).join('\n'));
    const made = await planOf(parsed, file, settings, folder, context.cwd);
    const plan = existing ? { ...made, existing: { machine: existing } } : made;
    const outs = parsed.texts('out');
    for (const out of outs) checkReportFile(out);
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
    const document = await handle.done.finally(progress.done);
    for (const out of outs) {
      try {
        await writeFile(path.resolve(context.cwd, out), reportFor(out, document));
      } catch (error) {
        context.stderr.write(`${out} could not be written: ${messageOf(error)}\n`);
      }
    }
    context.stdout.write(parsed.flag('json') ? `${JSON.stringify(document)}\n` : terminalReport(document));
    if (document.status.kind === 'failed') context.stderr.write(`${document.status.message}\n`);
    return exitCodeOf(document);
  },
};
