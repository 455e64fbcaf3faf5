import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Target } from '../model/plan';
import { profileNames } from '../target/awsProfiles';
import type { Choices } from './choices';
import type { Current } from './current';
import { progressText } from './file/phrases';
import type { Runner } from './runner';
import { configuredTarget } from './settings';
import { speech } from './speech';
import { targetLabel, targetSimulates } from './targetLabel';

/** Where runs go: what was picked last, else the embedded engine; with its picker. */
export const createTargets = (subscriptions: vscode.Disposable[], choices: Choices) => {
  const changed = new vscode.EventEmitter<void>();
  subscriptions.push(
    changed,
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('stepbench')) changed.fire();
    }),
  );
  /** Nothing picked yet: the embedded engine, with the profile of the folder's settings. */
  const current = (uri: vscode.Uri | undefined): Target => choices.target() ?? configuredTarget('embedded', uri);
  const choose = async (target: Target): Promise<void> => {
    await choices.setTarget(target);
    changed.fire();
  };

  const pick = async (uri: vscode.Uri | undefined): Promise<void> => {
    const { t } = vscode.l10n;
    const now = current(uri);
    const endpoint =
      now.kind === 'endpoint' ? now : (configuredTarget('endpoint', uri) as Extract<Target, { kind: 'endpoint' }>);
    const items: (vscode.QuickPickItem & { run(): Promise<Target | undefined> })[] = [
      {
        label: '$(server-environment) ' + t('Embedded engine'),
        description: t('no account needed; figures are simulated'),
        run: () => pickLatencyProfile(uri),
      },
      {
        label: '$(globe) ' + t('Endpoint'),
        description: endpoint.url || t('an AWS-compatible service at a URL'),
        run: () => askEndpoint(endpoint.url),
      },
      {
        label: '$(cloud) ' + t('AWS account'),
        description: t('says account and cost, and asks first'),
        run: () => pickAccount(uri),
      },
    ];
    const chosen = await vscode.window.showQuickPick(items, {
      title: t('Where to run'),
      placeHolder: t('now: {0}', targetLabel(now, speech().t)),
    });
    const target = await chosen?.run();
    if (target) await choose(target);
  };
  return { current, choose, pick, onDidChange: changed.event };
};
export type Targets = ReturnType<typeof createTargets>;

const pickLatencyProfile = async (uri: vscode.Uri | undefined): Promise<Target | undefined> => {
  const { t } = vscode.l10n;
  const configured = configuredTarget('embedded', uri) as Extract<Target, { kind: 'embedded' }>;
  const items: (vscode.QuickPickItem & { profile: string | null })[] = [
    { label: 'study', description: t('latencies measured in the study this project grew from'), profile: 'study' },
    { label: 'none', description: t('the bare engine adds nothing'), profile: 'none' },
    { label: t('File…'), description: t('a latency profile of your own'), profile: null },
  ];
  if (!items.some((item) => item.profile === configured.profile))
    items.unshift({ label: configured.profile, description: t('from the settings'), profile: configured.profile });
  const chosen = await vscode.window.showQuickPick(items, { title: t('Latency profile of the embedded engine') });
  if (!chosen) return undefined;
  if (chosen.profile !== null) return { kind: 'embedded', profile: chosen.profile };
  const [file] =
    (await vscode.window.showOpenDialog({ title: t('Latency profile'), filters: { JSON: ['json'] } })) ?? [];
  return file && { kind: 'embedded', profile: file.fsPath };
};

const askEndpoint = async (value: string): Promise<Target | undefined> => {
  const { t } = vscode.l10n;
  const url = await vscode.window.showInputBox({
    title: t('Address of the endpoint'),
    value: value || 'http://localhost:4566',
    validateInput: (text) =>
      URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
        ? undefined
        : t('An address such as http://localhost:4566'),
  });
  return url === undefined ? undefined : { kind: 'endpoint', url };
};

const pickAccount = async (uri: vscode.Uri | undefined): Promise<Target | undefined> => {
  const { t } = vscode.l10n;
  const configured = configuredTarget('aws', uri) as Extract<Target, { kind: 'aws' }>;
  const folder = path.join(homedir(), '.aws');
  const text = (file: string) => readFile(file, 'utf8').catch(() => '');
  const names = profileNames(
    await text(process.env.AWS_CONFIG_FILE ?? path.join(folder, 'config')),
    await text(process.env.AWS_SHARED_CREDENTIALS_FILE ?? path.join(folder, 'credentials')),
  );
  const items: (vscode.QuickPickItem & { profile: string | undefined })[] = [
    {
      label: t('Default credentials'),
      description: t('environment, default profile, instance role'),
      profile: undefined,
    },
    ...names.map((name) => ({
      label: name,
      profile: name,
      description: name === configured.profile ? t('from the settings') : undefined,
    })),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: t('AWS profile') });
  if (!chosen) return undefined;
  const region = await vscode.window.showInputBox({
    title: t('AWS region'),
    value: configured.region ?? '',
    placeHolder: t('empty: the region of the profile'),
    validateInput: (value) =>
      value === '' || /^[a-z]{2}(-[a-z]+)+-\d$/.test(value) ? undefined : t('A region such as eu-west-1'),
  });
  if (region === undefined) return undefined;
  return { kind: 'aws', profile: chosen.profile, region: region || undefined, roleArn: configured.roleArn };
};

/** Target and progress in the status bar, while there is a workflow to speak of. */
export const registerTargetStatus = (
  subscriptions: vscode.Disposable[],
  current: Current,
  runner: Runner,
  targets: Targets,
): void => {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem('stepbench.target', vscode.StatusBarAlignment.Left, 10);
  item.name = t('StepBench target and progress');
  const update = () => {
    const { activity } = runner;
    if (activity.kind === 'running') {
      const progress = activity.document ? progressText(activity.document, speech()) : t('starting');
      item.text = `$(loading~spin) ${activity.stopping ? t('stopping') : progress}`;
      item.tooltip = t('StepBench is running. Click to show the panel.');
      item.command = 'stepbench.showPanel';
    } else if (current.uri) {
      const target = targets.current(current.uri);
      item.text = `$(dashboard) ${targetLabel(target, speech().t)}`;
      item.tooltip =
        targetSimulates(target) === null
          ? t('StepBench target. Click to change.')
          : t('StepBench runs on the embedded engine; its figures are simulated. Click to change.');
      item.command = 'stepbench.pickTarget';
    } else return item.hide();
    item.show();
  };
  subscriptions.push(item, targets.onDidChange(update), current.onDidChange(update), runner.onDidChange(update));
  update();
};
