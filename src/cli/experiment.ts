import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { priceTable } from '../cost';
import { conduct, earlierResults, isWhole, type Result } from '../experiment/conduct';
import type { Experiment, ExperimentRow } from '../experiment/declaration';
import { findExperiment } from '../experiment/find';
import { deployExperiment } from '../experiment/stack';
import { experimentFolder } from '../experiment/manifest';
import { createCommands, writeTemplate } from '../experiment/templateOf';
import { trialsOf, type Trial, type TrialOptions } from '../experiment/trials';
import { formatCount, formatNumber, formatUsd } from '../model/format';
import type { RunDocument } from '../model/run';
import { describeLoad, describePlan } from '../plan';
import {
  calibrate,
  conclusions,
  experimentFigures,
  experimentHtml,
  experimentMarkdown,
  systemCosts,
  type ExperimentFindings,
} from '../report/experiment';
import { startRun } from '../run/client';
import { openStore } from '../store/runs';
import { usageError, type Command, type CommandContext, type Parsed } from './command';
import { parseTarget } from './planArguments';
import { writeOut } from './output';
import { createProgress } from './progress';
import { mostTemplateBytes } from '../systems/template';
import { askOn, isUnsaved } from './run';

/** Folder of the examples that come with the product: beside the bundle's folder. */
const examples = path.join(__dirname, '..', 'examples');

const numberOf = (parsed: Parsed, name: string, least: number): number | undefined => {
  const text = parsed.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= least)) throw usageError(`--${name} takes a number from ${least}, not "${text}".`);
  return value;
};

const optionsOf = (parsed: Parsed): TrialOptions => {
  const runs = numberOf(parsed, 'runs', 1);
  const scale = numberOf(parsed, 'scale', 0.001);
  const maxCost = numberOf(parsed, 'max-cost', 0);
  return {
    target: parseTarget(parsed.text('target'), {
      ...(parsed.text('region') ? { region: parsed.text('region') } : {}),
      ...(parsed.text('role') ? { roleArn: parsed.text('role') } : {}),
      profile: parsed.text('profile') ?? 'study',
    }),
    ...(runs === undefined ? {} : { runs }),
    ...(scale === undefined ? {} : { scale }),
    ...(maxCost === undefined ? {} : { maxCost }),
  };
};

/** @throws ExpectedError (usage) for a name that no row has. */
const chosenRows = ({ rows }: Experiment, only: readonly string[]): readonly ExperimentRow[] => {
  const names = only.flatMap((each) => each.split(',')).map((each) => each.trim());
  for (const name of names)
    if (!rows.some((row) => row.name === name))
      throw usageError(`There is no row "${name}"; there are ${rows.map((row) => row.name).join(', ')}.`);
  return names.length === 0 ? rows : rows.filter((row) => names.includes(row.name));
};

const list = (experiment: Experiment, options: TrialOptions, trials: readonly Trial[]) => ({
  schema: 'stepbench.experiment-list/1',
  name: experiment.name,
  title: experiment.title,
  seed: experiment.seed,
  target: options.target,
  rows: experiment.rows.map((row) => ({
    ...{ name: row.name, title: row.title, source: row.source ?? null },
    ...{ systems: row.systems, workflows: row.workflows },
    load: trials.find((trial) => trial.row.name === row.name)?.plan.load ?? row.load,
  })),
});

const listText = (experiment: Experiment, trials: readonly Trial[]): string =>
  [
    experiment.title,
    ...experiment.rows.map((row) => {
      const load = trials.find((trial) => trial.row.name === row.name)?.plan.load ?? row.load;
      const more = [row.cold ? 'every function cold' : '', row.warmup ? `${row.warmup} to warm up` : ''].filter(
        Boolean,
      );
      return `  ${row.name.padEnd(28)}${row.title}${row.source ? ` (${row.source})` : ''}: ${row.systems.join(', ')}; ${row.workflows.join(', ')}; ${[describeLoad(load), ...more].join('; ')}`;
    }),
    '',
  ].join('\n');

const summaryOf = ({ trial, document }: Result) => ({
  row: trial.row.name,
  workflow: trial.workflow,
  runId: document.id,
  status: document.status.kind,
  arms: document.arms.map(({ system, load, executions, latencyMs, transitionTotalMs, throughputPerSecond, cost }) => ({
    ...{ system, load, executions, latencyMs, transitionTotalMs, throughputPerSecond },
    perMillion: cost?.perMillion ?? null,
  })),
});

const writeReports = async (folder: string, findings: ExperimentFindings): Promise<readonly string[]> => {
  await mkdir(path.join(folder, 'figures'), { recursive: true });
  const [html, markdown] = [path.join(folder, 'report.html'), path.join(folder, 'report.md')];
  await writeOut(folder, html, experimentHtml(findings));
  await writeOut(folder, markdown, experimentMarkdown(findings));
  for (const [name, svg] of experimentFigures(findings)) await writeOut(folder, path.join(folder, name), svg);
  return [html, markdown];
};

const figuresOf = ({ executions, latencyMs, cost, throughputPerSecond }: RunDocument['arms'][number]): string =>
  latencyMs
    ? `n ${latencyMs.n}  p50 ${Math.round(latencyMs.p50)} ms  p95 ${Math.round(latencyMs.p95)} ms  ${formatNumber(throughputPerSecond)}/s  ${formatUsd(cost?.perMillion)}/million`
    : executions.started === 0
      ? 'not run'
      : `n 0 of ${executions.started} started`;

const start =
  (parsed: Parsed, context: CommandContext) =>
  async (trial: Trial): Promise<RunDocument> => {
    const progress = createProgress(context.stderr);
    const handle = startRun(trial.plan, {
      folder: context.cwd,
      yes: parsed.flag('yes'),
      onSnapshot: progress.show,
      onNote: (message) => context.stderr.write(message.endsWith('\n') ? message : `${message}\n`),
      ask: askOn(context),
      signal: context.signal,
    });
    return handle.done.finally(progress.done);
  };

export const experimentCommand: Command = {
  name: 'experiment',
  summary:
    'Run a declared set of experiments, such as order-booking, and report on them: figures, costs, and the plan they speak for. Runs are kept; --resume goes on where it was interrupted.',
  operands: 'NAME|FILE|FOLDER',
  least: 1,
  most: 1,
  options: [
    { name: 'list', help: 'name the rows and run nothing' },
    { name: 'only', value: 'ROW[,ROW…]', multiple: true, help: 'run these rows alone' },
    { name: 'resume', help: 'take the runs that are done already' },
    { name: 'runs', value: 'N', help: 'executions of each run one after the other, instead of the declared ones' },
    { name: 'scale', value: 'F', help: 'factor on every burst: 0.1 makes 100 of 1,000' },
    { name: 'target', value: 'local|URL|aws[:PROFILE]', help: 'where to run (default: local)' },
    { name: 'region', value: 'R', help: 'region of an endpoint or account' },
    { name: 'role', value: 'ARN', help: 'role of the state machines on an account' },
    { name: 'profile', value: 'study|none|FILE', help: 'latencies simulated on the embedded engine (default: study)' },
    { name: 'max-cost', value: 'USD', help: 'start nothing more in a run once its measured cost reaches it' },
    {
      name: 'deployed',
      help: 'on an account: the functions, tables and topics are there already; else they are made as one stack and removed at the end',
    },
    { name: 'yes', help: 'do not ask before running on an account' },
    {
      name: 'template',
      value: 'FILE',
      help: 'write a CloudFormation template of its systems, from the same sources, and run nothing',
    },
    { name: 'json', help: 'print one document on stdout and nothing else' },
  ],
  run: async (parsed, context) => {
    const { experiment, folder } = await findExperiment(parsed.operands[0] as string, context.cwd, examples);
    const options = optionsOf(parsed);
    const rows = chosenRows(experiment, parsed.texts('only'));
    const all = await trialsOf(experiment, experiment.rows, folder, options);
    if (parsed.flag('list')) {
      context.stdout.write(
        parsed.flag('json') ? `${JSON.stringify(list(experiment, options, all))}\n` : listText(experiment, all),
      );
      return 0;
    }
    const templateFile = parsed.text('template');
    if (templateFile !== undefined) {
      const written = await writeTemplate(experiment, rows, folder, path.resolve(context.cwd, templateFile));
      const shown = written.map((each) => ({ ...each, file: path.relative(context.cwd, each.file) }));
      context.stderr.write(
        [
          ...shown.map(({ file, bytes }) => `${file}: ${formatCount(bytes)} bytes`),
          ...(shown.length > 1
            ? [`In one file it would be above the ${formatCount(mostTemplateBytes)} bytes that create-stack takes.`]
            : []),
          'Create it with:',
          ...createCommands(shown).map((line) => `  ${line}`),
          '',
        ].join('\n'),
      );
      return 0;
    }
    const store = openStore(context.cwd);
    const read = async (id: string): Promise<RunDocument | undefined> => {
      const found = await store.read(id);
      return found.ok ? found.document : undefined;
    };
    const trials = all.filter(({ row }) => rows.includes(row));
    const stack =
      options.target.kind === 'aws' && !parsed.flag('deployed')
        ? await deployExperiment({
            ...{ experiment, folder, cwd: context.cwd, target: options.target, trials },
            signIn: {
              env: context.env,
              askMfa: async (serial) => context.askLine?.(`Code of MFA device ${serial}: `, false),
            },
            confirm: async (message, detail) =>
              parsed.flag('yes') ||
              (await askOn(context)({ kind: 'confirm', about: 'realAccount', message, detail })) === true,
            onNote: (message) => context.stderr.write(`${message}\n`),
          })
        : undefined;
    const results = await conduct(trials, {
      ...{ folder: context.cwd, experiment: experiment.name, resume: parsed.flag('resume'), read },
      start: start(parsed, context),
      signal: context.signal,
      onTrial: ({ row, workflow, plan }, at, of, kept) =>
        context.stderr.write(
          `[${at}/${of}] ${row.title}, ${workflow}: ${kept ? 'done already' : describePlan(plan)}\n`,
        ),
    }).finally(() => stack?.remove());
    const rest = all.filter(({ row }) => !rows.includes(row));
    const earlier = await earlierResults(rest, context.cwd, experiment.name, read);
    store.dispose();
    return finish(experiment, trials.length, results, earlier, parsed, context);
  },
};

const finish = async (
  experiment: Experiment,
  wanted: number,
  results: readonly Result[],
  earlier: readonly Result[],
  parsed: Parsed,
  context: CommandContext,
): Promise<number> => {
  const good = [...results, ...earlier].filter(({ document }) => document.status.kind === 'finished');
  const region = good[0]?.document.target.region ?? 'us-east-1';
  const findings: ExperimentFindings = {
    experiment,
    results: good.map(({ trial, document }) => ({ row: trial.row, workflow: trial.workflow, document })),
    rates: { table: priceTable(), region, assumeRegion: 'us-east-1' },
  };
  const files = good.length > 0 ? await writeReports(experimentFolder(context.cwd, experiment.name), findings) : [];
  const failed = results.filter(({ document }) => document.status.kind !== 'finished');
  const said = conclusions(findings);
  if (parsed.flag('json')) {
    const costs = systemCosts(findings).map(({ system, month }) => ({
      system,
      months: experiment.volumes.map((executions) => ({ executions, total: month(executions).total })),
    }));
    context.stdout.write(
      `${JSON.stringify({ schema: 'stepbench.experiment/1', name: experiment.name, runs: results.map(summaryOf), calibration: calibrate(findings), costs, conclusions: said, reports: files })}\n`,
    );
  } else {
    for (const { trial, document } of results)
      for (const arm of document.arms)
        context.stdout.write(`${trial.row.name}  ${trial.workflow}  ${arm.system}  ${figuresOf(arm)}\n`);
    for (const sentence of said) context.stdout.write(`${sentence}\n`);
    for (const file of files) context.stdout.write(`${path.relative(context.cwd, file)}\n`);
  }
  for (const { trial, document } of failed)
    context.stderr.write(
      `${trial.row.name}, ${trial.workflow}: ${document.status.kind}${document.status.kind === 'failed' ? `: ${document.status.message}` : ''}\n`,
    );
  const capped = results.filter(({ document }) => document.status.kind === 'finished' && !isWhole(document));
  for (const { trial } of capped)
    context.stderr.write(
      `${trial.row.name}, ${trial.workflow}: ended at its cost cap. Raise --max-cost and go on with --resume.\n`,
    );
  const unsaved = results.some(({ document }) => isUnsaved(document));
  if (results.length < wanted) context.stderr.write(`${wanted - results.length} runs are left: go on with --resume.\n`);
  return failed.length > 0 || capped.length > 0 || unsaved || results.length < wanted ? 3 : 0;
};
