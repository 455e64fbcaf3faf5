/**
 * Host ⇄ panel. Two tagged unions, nothing else crosses. The host owns the data and sends snapshots, never deltas:
 * a hidden webview drops messages, and asks again with `ready` when it is shown.
 */
import type { SystemName, WorkflowType } from './model/machine';
import type { Target } from './model/plan';
import type { ExecutionTrace } from './model/visit';
import type { Comparison, RunDocument } from './model/run';

/** What the form says; the host turns it into a Plan. Texts as typed, so that a wrong one can be shown where it stands. */
export interface BenchmarkForm {
  readonly types: readonly WorkflowType[];
  /** Systems that run beside the types: the code-based twin, and those that `stepbench.json` describes. */
  readonly also?: readonly SystemName[];
  readonly shape: 'iterations' | 'burst' | 'arrivalRate' | 'sweep';
  readonly executions: number;
  readonly concurrency: number;
  /** Concurrencies of a sweep, as typed: `1, 10, 100`. */
  readonly steps?: string;
  /** Starts a second and seconds, for arrivalRate. */
  readonly rate: number;
  readonly durationSeconds: number;
  readonly warmup: number;
  /** Label of one of `inputs`, or `custom` with `inputText`. */
  readonly input: string;
  readonly inputText: string;
}

/** What the panel shows, whole. */
export interface PanelSnapshot {
  readonly workflow: { readonly file: string; readonly name: string; readonly uri: string } | null;
  readonly states: readonly {
    readonly path: string;
    readonly name: string;
    readonly type: string;
    readonly next: readonly string[];
    readonly parent?: string;
    readonly stale: boolean;
  }[];
  readonly startAt: string | null;
  readonly target: { readonly target: Target; readonly label: string; readonly simulated: string | null };
  readonly form: BenchmarkForm;
  readonly inputs: readonly string[];
  /** What can run beside the types here. Absent: the code-based twin alone. */
  readonly systems?: readonly SystemName[];
  /** Field of the form → what is wrong with it. */
  readonly formProblems: Readonly<Partial<Record<keyof BenchmarkForm, string>>>;
  /** Why Run is not possible now, or null. */
  readonly blocked: string | null;
  readonly forecast: string | null;
  readonly run: RunDocument | null;
  /** A second run to compare with. */
  readonly baseline: RunDocument | null;
  /** `run` against `baseline`, one for each arm both have: the statistics are the host's. Absent or empty without a baseline. */
  readonly comparisons?: readonly Comparison[];
  readonly recent: readonly { readonly id: string; readonly title: string; readonly when: string }[];
  readonly locale: string;
}

export type Request =
  /** The page has started, or was shown again; `tab` is the one that it shows. */
  | { readonly kind: 'ready'; readonly tab?: string }
  /** Another tab is shown now. */
  | { readonly kind: 'looking'; readonly tab: string }
  | { readonly kind: 'form'; readonly form: BenchmarkForm }
  | { readonly kind: 'run' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'pickTarget' }
  | { readonly kind: 'pickWorkflow' }
  | { readonly kind: 'reveal'; readonly path: string }
  | { readonly kind: 'openWide'; readonly tab?: string }
  | { readonly kind: 'openRun'; readonly id: string }
  /** Choose the run to compare with, or none; answered by a snapshot with `baseline` and `comparisons`. */
  | { readonly kind: 'baseline'; readonly id: string | null }
  | {
      readonly kind: 'timeline';
      readonly armIndex: number;
      /** `slowest`, `median`, `failed`, or the name of an execution. */ readonly pick: string;
    }
  | { readonly kind: 'copy'; readonly text: string; readonly what: string }
  | { readonly kind: 'saveImage'; readonly dataUrl: string; readonly name: string }
  | { readonly kind: 'showText'; readonly title: string; readonly text: string };

/** Panel → host: every request has an id and gets exactly one reply. */
export interface RequestMessage {
  readonly id: number;
  readonly request: Request;
}

export type TimelineReply = {
  readonly name: string;
  readonly status: string;
  readonly trace: ExecutionTrace;
  readonly input: string;
  readonly output: string;
  readonly error?: string;
  readonly cause?: string;
};

/** Host → panel. */
export type HostMessage =
  | { readonly kind: 'snapshot'; readonly snapshot: PanelSnapshot }
  | { readonly kind: 'show'; readonly tab: string; readonly path?: string }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly result:
        { readonly ok: true; readonly value?: TimelineReply } | { readonly ok: false; readonly error: string };
    };
