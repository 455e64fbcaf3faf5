import { errorsOf } from '../../asl';
import type { ParsedMachine } from '../../model/machine';
import type { Target } from '../../model/plan';
import { formatCount } from '../../model/format';
import type { RunDocument } from '../../model/run';
import { forecastPlan, noQuotas, regionQuotas } from '../../plan';
import type { BenchmarkForm, PanelSnapshot } from '../../protocol';
import type { RunSummary } from '../../store/runs';
import { matchStates, shownArms } from '../file/facts';
import { targetLabel, targetSimulates } from '../targetLabel';
import type { Speech } from '../words';
import { formPlan, formProblems, type PlanSettings } from './form';
import { runDetail, runTitle } from './runTitle';

/** All that a snapshot is made of; null where there is no workflow. */
export interface SnapshotParts {
  readonly workflow: {
    readonly file: string;
    readonly name: string;
    readonly uri: string;
    readonly machine: ParsedMachine;
  } | null;
  readonly target: Target;
  readonly settings: PlanSettings;
  readonly form: BenchmarkForm;
  readonly inputs: ReadonlyMap<string, string>;
  readonly systems: PanelSnapshot['systems'];
  /** Why nothing may run here, before the form is looked at. */
  readonly blocked: string | null;
  readonly run: RunDocument | null;
  readonly baseline: RunDocument | null;
  readonly comparisons: PanelSnapshot['comparisons'];
  readonly recent: readonly RunSummary[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the last run says that one execution takes; null where nothing was run yet. */
const estimate = (run: RunDocument | null) => {
  const arms = run
    ? shownArms(run)
        .map(({ arm }) => arm)
        .filter((arm) => arm.latencyMs)
    : [];
  if (arms.length === 0) return null;
  const visits = arms.map(
    (arm) => arm.states.reduce((sum, state) => sum + state.visits, 0) / Math.max(1, arm.latencyMs!.n),
  );
  return {
    durationMs: mean(arms.map((arm) => arm.latencyMs!.mean)),
    transitions: mean(visits),
    usd: Object.fromEntries(arms.map((arm) => [arm.type, arm.cost?.perExecution ?? null])),
  };
};

/** `40 s`, `3 min`, `1.5 h`: a forecast is not known to three digits. */
const roughly = (seconds: number, locale: string): string => {
  const short = (value: number, digits: number) => value.toLocaleString(locale, { maximumFractionDigits: digits });
  if (seconds < 90) return `${short(seconds, 0)} s`;
  if (seconds < 5400) return `${short(seconds / 60, 0)} min`;
  return `${short(seconds / 3600, 1)} h`;
};

const forecast = (parts: SnapshotParts, { t, locale }: Speech): string | null => {
  const known = estimate(parts.run);
  if (!known || !parts.workflow) return null;
  try {
    const plan = formPlan(parts.form, parts.workflow.file, parts.inputs, parts.settings);
    const quotas = parts.target.kind === 'aws' ? regionQuotas(parts.target.region ?? 'us-east-1') : noQuotas();
    const { executions, seconds, sentences } = forecastPlan(plan, quotas, known);
    const time =
      seconds < 1
        ? t('{0} executions take about a second.', formatCount(executions, locale))
        : t('{0} executions take about {1}.', formatCount(executions, locale), roughly(seconds, locale));
    // What stands between a person and a bill is said as the question before the run says it.
    return parts.target.kind === 'aws' ? `${time} ${sentences.quota} ${sentences.money}` : time;
  } catch {
    // A custom input that does not parse is said where it stands.
    return null;
  }
};

/** Why the form cannot be run as it stands, or null. */
const formBlocker = (parts: SnapshotParts, { t }: Speech): string | null => {
  if (parts.blocked !== null) return parts.blocked;
  if (!parts.workflow) return t('Open a workflow to measure.');
  const errors = errorsOf(parts.workflow.machine.problems);
  if (errors.length > 0) {
    const line = (errors[0]!.range?.start.line ?? 0) + 1;
    return errors.length === 1
      ? t('Line {0}: {1}', line, errors[0]!.message)
      : t('{0} problems in the workflow, the first in line {1}: {2}', errors.length, line, errors[0]!.message);
  }
  const { fields, others } = formProblems(parts.form, parts.settings, t);
  return Object.values(fields)[0] ?? others[0]?.message ?? null;
};

/** What the panel shows, whole. Pure: everything it needs is in `parts`. */
export const panelSnapshot = (parts: SnapshotParts, speech: Speech): PanelSnapshot => {
  const { t } = speech;
  const { workflow, run } = parts;
  const states = workflow?.machine.states ?? [];
  const matches = run ? matchStates(states, run.workflow.states) : new Map<string, string>();
  const hashes = new Map(run?.workflow.states.map((state) => [state.path, state.hash]));
  const startAt = workflow?.machine.definition?.['StartAt'];
  return {
    workflow: workflow && { file: workflow.file, name: workflow.name, uri: workflow.uri },
    states: states.map((state) => {
      const measured = matches.get(state.path);
      return {
        path: state.path,
        name: state.name,
        type: state.type,
        next: state.next,
        ...(state.parent === undefined ? {} : { parent: state.parent }),
        stale: measured !== undefined && hashes.get(measured) !== state.hash,
      };
    }),
    startAt: typeof startAt === 'string' ? startAt : null,
    // What is simulated stands beside the label, so the label need not name the profile too.
    target: {
      target: parts.target,
      label: parts.target.kind === 'embedded' ? t('embedded') : targetLabel(parts.target, t),
      simulated: targetSimulates(parts.target),
    },
    form: parts.form,
    inputs: [...parts.inputs.keys()],
    ...(parts.systems ? { systems: parts.systems } : {}),
    formProblems: formProblems(parts.form, parts.settings, speech.t).fields,
    blocked: formBlocker(parts, speech),
    forecast: forecast(parts, speech),
    run,
    baseline: parts.baseline,
    comparisons: parts.comparisons,
    recent: parts.recent
      .slice(0, 20)
      .map((summary) => ({ id: summary.id, title: runTitle(summary, speech), when: runDetail(summary, speech) })),
    locale: speech.locale,
  };
};
