import path from 'node:path';
import * as vscode from 'vscode';
import { loadSettings } from '../asl/settings';
import type { Target } from '../model/plan';
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
  maxCost: configuration(uri).get('maxCost', 1),
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
const readInputs = async (uri: vscode.Uri): Promise<Inputs> => {
  const { settings, folder } = await loadSettings(uri.fsPath);
  return new Map(Object.entries(settings.inputs ?? {}).map(([label, file]) => [label, path.resolve(folder, file)]));
};
/** The panel asks ten times a second while a run goes on; the file changes when a person saves it. */
const rememberMs = 1000;
let remembered: { readonly uri: string; readonly until: number; readonly inputs: Promise<Inputs> } | undefined;

/** Inputs of a workflow, label → absolute path: those of its `stepbench.json`, at most a second old. None where there is no disk. */
export const workflowInputs = (uri: vscode.Uri): Promise<Inputs> => {
  if (uri.scheme !== 'file') return Promise.resolve(new Map());
  const key = uri.toString();
  if (remembered?.uri !== key || remembered.until < Date.now())
    remembered = { uri: key, until: Date.now() + rememberMs, inputs: readInputs(uri) };
  return remembered.inputs;
};
