/**
 * Entry of dist/conducting.js: an experiment's rows, their runs and their report, without an editor. Loaded when the first
 * experiment is run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { priceTable } from '../../cost';
import { conduct, earlierResults } from '../../experiment/conduct';
import type { Experiment } from '../../experiment/declaration';
import { findExperiment } from '../../experiment/find';
import { experimentFolder } from '../../experiment/manifest';
import { trialsOf } from '../../experiment/trials';
import type { Plan, Target } from '../../model/plan';
import type { RunDocument } from '../../model/run';
import { describePlan } from '../../plan';
import { conclusions, experimentFigures, experimentHtml, experimentMarkdown } from '../../report/experiment';
import { openStore } from '../../store/runs';

export interface FoundRows {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly title: string; readonly runs: readonly string[] }[];
}

/** What an experiment file declares, with each run in a sentence. @throws ExpectedError with all that is wrong with it. */
export const readExperiment = async (file: string, target: Target): Promise<FoundRows> => {
  const { experiment, folder } = await findExperiment(file, path.dirname(file), '');
  const trials = await trialsOf(experiment, experiment.rows, folder, { target });
  return {
    name: experiment.name,
    title: experiment.title,
    rows: experiment.rows.map(({ name, title }) => ({
      ...{ name, title },
      runs: trials.filter(({ row }) => row.name === name).map(({ plan }) => describePlan(plan)),
    })),
  };
};

export interface ConductedExperiment {
  readonly wanted: number;
  readonly finished: number;
  readonly failed: number;
  /** By a person, before all were made. */
  readonly stopped: boolean;
  /** What it speaks for, in sentences; empty without a finished run. */
  readonly conclusions: readonly string[];
  /** The report's files, where there is one: a page that stands alone, and the same as text. */
  readonly report: { readonly html: string; readonly markdown: string } | null;
}

export interface Conductor {
  /** Starts one run and resolves with its document; a run that was stopped ends the experiment. */
  readonly start: (plan: Plan) => Promise<RunDocument>;
  readonly onTrial: (title: string, at: number, of: number) => void;
}

/**
 * Runs the named rows one after the other, taking the runs that are done already, and writes the report into the folder's
 * `.stepbench/`.
 */
export const conductExperiment = async (
  file: string,
  only: readonly string[],
  cwd: string,
  target: Target,
  { start, onTrial }: Conductor,
): Promise<ConductedExperiment> => {
  const { experiment, folder } = await findExperiment(file, path.dirname(file), '');
  const all = await trialsOf(experiment, experiment.rows, folder, { target });
  const trials = all.filter(({ row }) => only.includes(row.name));
  const store = openStore(cwd);
  const read = async (id: string): Promise<RunDocument | undefined> => {
    const found = await store.read(id);
    return found.ok ? found.document : undefined;
  };
  const stop = new AbortController();
  try {
    const results = await conduct(trials, {
      ...{ folder: cwd, experiment: experiment.name, resume: true, read },
      start: async ({ plan }) => {
        const document = await start(plan);
        if (document.status.kind === 'stopped') stop.abort();
        return document;
      },
      signal: stop.signal,
      onTrial: ({ row }, at, of) => onTrial(row.title, at, of),
    });
    const rest = all.filter(({ row }) => !only.includes(row.name));
    const good = [...results, ...(await earlierResults(rest, cwd, experiment.name, read))].filter(
      ({ document }) => document.status.kind === 'finished',
    );
    const ended = (kind: RunDocument['status']['kind']) =>
      results.filter(({ document }) => document.status.kind === kind).length;
    return {
      wanted: trials.length,
      finished: ended('finished'),
      failed: ended('failed'),
      stopped: stop.signal.aborted,
      ...(good.length === 0 ? { conclusions: [], report: null } : await report(experiment, good, cwd)),
    };
  } finally {
    store.dispose();
  }
};

const report = async (
  experiment: Experiment,
  results: Awaited<ReturnType<typeof conduct>>,
  cwd: string,
): Promise<Pick<ConductedExperiment, 'conclusions' | 'report'>> => {
  const findings = {
    experiment,
    results: results.map(({ trial, document }) => ({ row: trial.row, workflow: trial.workflow, document })),
    rates: {
      table: priceTable(),
      region: results[0]?.document.target.region ?? 'us-east-1',
      assumeRegion: 'us-east-1',
    },
  };
  const to = experimentFolder(cwd, experiment.name);
  await mkdir(path.join(to, 'figures'), { recursive: true });
  await writeFile(path.join(to, 'report.html'), experimentHtml(findings));
  await writeFile(path.join(to, 'report.md'), experimentMarkdown(findings));
  for (const [name, svg] of experimentFigures(findings)) await writeFile(path.join(to, name), svg);
  return {
    conclusions: conclusions(findings),
    report: { html: path.join(to, 'report.html'), markdown: path.join(to, 'report.md') },
  };
};
