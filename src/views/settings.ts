import path from 'node:path';
import * as vscode from 'vscode';
import { loadSettings } from '../asl/settings';
import type { SystemName } from '../model/machine';
import type { Target } from '../model/plan';
import { costCap } from '../plan';
import type { FormDefaults, PlanSettings } from './panel/form';

const configuration = (uri: vscode.Uri | undefined) => vscode.workspace.getConfiguration('stepbench', uri);

export type FigurePlace = 'lens' | 'hint' | 'both' | 'off';
export const figurePlace = (): FigurePlace => configuration(undefined).get<FigurePlace>('figures', 'lens');
export const heatIsOn = (): boolean => configuration(undefined).get('heat', true) && figurePlace() !== 'off';
export const setFigurePlace = (place: FigurePlace): Thenable<void> =>
  configuration(undefined).update('figures', place, vscode.ConfigurationTarget.Global);

export const formDefaults = (uri: vscode.Uri | undefined): FormDefaults => ({
  executions: configuration(uri).get('executions', 25),
  concurrency: configuration(uri).get('concurrency', 5),
  warmup: configuration(uri).get('warmup', 2),
});

export const planSettings = (uri: vscode.Uri | undefined, target: Target): PlanSettings => ({
  target,
  // The setting speaks of an account; a run on an emulator has no bill.
  maxCost: target.kind === 'aws' ? configuration(uri).get('maxCost', costCap(target)) : 0,
  keep: configuration(uri).get('keepResources', false),
  thresholds: configuration(uri).get<string[]>('thresholds', []),
});

export const runsToKeep = (uri: vscode.Uri | undefined): number => configuration(uri).get('keepRuns', 200);

/** The targets that settings name, and the one that nobody has to name. */
export const configuredTarget = (kind: Target['kind'], uri: vscode.Uri | undefined): Target => {
  const settings = configuration(uri);
  const text = (name: string) => settings.get<string>(name, '').trim() || undefined;
  switch (kind) {
    case 'embedded':
      return { kind, profile: text('latencyProfile') ?? 'study' };
    case 'endpoint':
      return { kind, url: text('endpoint.url') ?? '' };
    case 'aws':
      return { kind, profile: text('aws.profile'), region: text('aws.region'), roleArn: text('aws.roleArn') };
  }
};

type Inputs = ReadonlyMap<string, string>;
interface OwnSettings {
  readonly inputs: Inputs;
  readonly systems: readonly SystemName[];
}
const readOwn = async (uri: vscode.Uri): Promise<OwnSettings> => {
  const { settings, folder } = await loadSettings(uri.fsPath);
  const described = (['event-driven', 'gateway'] as const).filter((name) => settings.systems?.[name]);
  return {
    inputs: new Map(Object.entries(settings.inputs ?? {}).map(([label, file]) => [label, path.resolve(folder, file)])),
    systems: ['as-code', ...described],
  };
};
/** The panel asks ten times a second while a run goes on; the file changes when a person saves it. */
const rememberMs = 1000;
let remembered: { readonly uri: string; readonly until: number; readonly own: Promise<OwnSettings> } | undefined;

const ownSettings = (uri: vscode.Uri): Promise<OwnSettings> => {
  const key = uri.toString();
  if (remembered?.uri !== key || remembered.until < Date.now())
    remembered = { uri: key, until: Date.now() + rememberMs, own: readOwn(uri) };
  return remembered.own;
};

/** Inputs of a workflow, label → absolute path: those of its `stepbench.json`, at most a second old. None where there is no disk. */
export const workflowInputs = async (uri: vscode.Uri): Promise<Inputs> =>
  uri.scheme === 'file' ? (await ownSettings(uri)).inputs : new Map();

/** What can run beside the types of a workflow: its code-based twin, and what its `stepbench.json` describes. */
export const workflowSystems = async (uri: vscode.Uri): Promise<readonly SystemName[]> =>
  uri.scheme === 'file' ? (await ownSettings(uri)).systems : [];
