import * as vscode from 'vscode';
import type { Figures } from '../figures';
import type { Runner } from '../runner';
import { runBlocker } from '../runner';
import { figurePlace } from '../settings';
import { speech } from '../speech';
import { askOnce } from './asking';
import { stateFacts, type StateFacts } from './facts';
import { selector, type Machines } from './machines';
import { answer, phraseCount, progressText, simulatedText, statePhrases, type Phrase } from './phrases';
import { toRange } from './ranges';

const command = (title: string, id: string, args: readonly unknown[] = [], tooltip?: string): vscode.Command => ({
  title,
  command: id,
  arguments: [...args],
  ...(tooltip ? { tooltip } : {}),
});

const phraseCommand = ({ text, opens, tooltip }: Phrase) =>
  command(text, opens.tab === 'timeline' ? 'stepbench.showTimeline' : 'stepbench.showState', [opens], tooltip);

/** Its text is made when it comes into view. */
class StateLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly fact: StateFacts,
    readonly live: boolean,
    readonly at: number,
  ) {
    super(range);
  }
}

/**
 * Lenses: what to do above the first line, and the figures of the last run above each state. `refresh` makes the editor ask for them
 * again: where another extension's lenses join while the keys go elsewhere, it shows what it remembers, which no click wakes.
 */
export const registerLenses = (
  subscriptions: vscode.Disposable[],
  machines: Machines,
  figures: Figures,
  runner: Runner,
): { refresh: () => void } => {
  const changed = new vscode.EventEmitter<void>();
  const asking = askOnce(() => changed.fire());
  const { refresh } = asking;
  let seen = '';
  const beginsOrEnds = () => {
    const { activity } = runner;
    const now = activity.kind === 'running' ? `${activity.kind} ${activity.stopping}` : activity.kind;
    if (now === seen) return false;
    seen = now;
    return true;
  };

  const head = (document: vscode.TextDocument): vscode.Command[] => {
    const { uri } = document;
    const { t } = vscode.l10n;
    const { activity } = runner;
    if (activity.kind === 'running' && activity.uri.toString() === uri.toString()) {
      const progress = activity.document ? progressText(activity.document, speech()) : t('starting');
      return [
        command(`$(debug-stop) ${t('Stop')}`, 'stepbench.stop'),
        command(activity.stopping ? t('stopping') : progress, 'stepbench.showPanel'),
      ];
    }
    const blocker = runBlocker(uri);
    const commands = blocker
      ? [command(`$(lock) ${t('No benchmarks here')}`, 'stepbench.benchmark', [uri], blocker)]
      : [
          command(`$(play) ${t('Benchmark')}`, 'stepbench.benchmark', [uri], t('Measure this workflow')),
          command(
            `$(debug-start) ${t('Run once')}`,
            'stepbench.runOnce',
            [uri],
            t('One execution of each chosen type'),
          ),
        ];
    const shown = figures.of(uri);
    if (shown && figurePlace() !== 'off') {
      const text = answer(shown.run, speech());
      if (text) commands.push(command(text, 'stepbench.showPanel'));
      const simulated = simulatedText(shown.run.target.simulated, speech());
      if (simulated)
        commands.push(command(simulated, 'stepbench.pickTarget', [], t('These figures come from the embedded engine')));
    }
    return commands;
  };

  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => {
      asking.answered();
      const machine = machines.of(document);
      if (!machine.definition) return [];
      const top = new vscode.Range(0, 0, 0, 0);
      const lenses = head(document).map((item) => new vscode.CodeLens(top, item));
      const place = figurePlace();
      const shown = place === 'lens' || place === 'both' ? figures.of(document.uri) : null;
      if (!shown) return lenses;
      const facts = stateFacts(machine.states, shown.run, shown.before);
      const live = shown.run.status.kind === 'running';
      for (const state of machine.states) {
        const fact = facts.get(state.path);
        if (!fact) continue;
        const range = toRange(state.nameRange);
        for (let at = 0; at < phraseCount(fact, live); at++) lenses.push(new StateLens(range, fact, live, at));
      }
      return lenses;
    },
    resolveCodeLens: (lens) => {
      if (!(lens instanceof StateLens)) return lens;
      const phrase = statePhrases(lens.fact, speech(), lens.live)[lens.at];
      if (phrase) lens.command = phraseCommand(phrase);
      return lens;
    },
  };
  subscriptions.push(
    changed,
    new vscode.Disposable(asking.answered),
    vscode.languages.registerCodeLensProvider(selector, provider),
    figures.onDidChange(refresh),
    runner.onDidChange(throttled(refresh, beginsOrEnds, subscriptions)),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('stepbench')) refresh();
    }),
  );
  return { refresh };
};

/** At most once a second: the progress lens moves the text below it when it is redrawn. What `isUrgent` is not kept waiting. */
const throttled = (call: () => void, isUrgent: () => boolean, subscriptions: vscode.Disposable[]) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  subscriptions.push(new vscode.Disposable(() => clearTimeout(timer)));
  const fire = () => {
    clearTimeout(timer);
    timer = undefined;
    call();
  };
  return () => {
    if (isUrgent()) fire();
    else timer ??= setTimeout(fire, 1000);
  };
};
