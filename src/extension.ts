import type * as vscode from 'vscode';
import { registerCommands } from './commands';
import { createApi, type StepBenchApi } from './views/api';
import { createBenchmark } from './views/benchmark';
import { createChoices } from './views/choices';
import { createCurrent } from './views/current';
import { createExperiments } from './views/experiments';
import { createFigures } from './views/figures';
import { registerFile } from './views/file';
import { createMachines } from './views/file/machines';
import { registerLeftovers } from './views/leftovers';
import { createFunnel, createLog } from './views/log';
import { registerPanel } from './views/panel/host';
import { createPanelSource, createRequests } from './views/panel/source';
import { createRunner } from './views/runner';
import { createRunActions } from './views/runs/actions';
import { createRunsTree } from './views/runs/tree';
import { createStores } from './views/stores';
import { createTargets, registerTargetStatus } from './views/targets';
import { registerTesting } from './views/testing';
import { createWalk } from './views/walk';

/** Composes what the extension is made of; every part is told the two or three others that it needs. */
export const activate = (context: vscode.ExtensionContext): StepBenchApi => {
  const { subscriptions, workspaceState: memory, extensionUri: extension } = context;
  const log = createLog(subscriptions);
  const funnel = createFunnel(log);
  const machines = createMachines(subscriptions);
  const current = createCurrent(subscriptions, memory);
  const choices = createChoices(memory);
  const targets = createTargets(subscriptions, choices);
  const stores = createStores(subscriptions);
  const runner = createRunner(subscriptions, log);
  const figures = createFigures(subscriptions, stores, runner);
  const walk = createWalk(machines, figures, current);
  const shown = { machines, current, choices, targets, runner, figures, stores };

  const source = createPanelSource(shown);
  const seen = (tabs: readonly string[]) => {
    runner.watch(tabs.includes('graph'));
    lenses.refresh();
  };
  const panel = registerPanel(subscriptions, { ...source, answer: (request) => answer(request), seen }, extension, log);
  const benchmark = createBenchmark(machines, current, choices, targets, runner, stores, panel);
  const actions = createRunActions(stores, current, figures, panel);
  const answer = createRequests({ ...shown, benchmark, walk, actions, panel, funnel });

  const lenses = registerFile(subscriptions, machines, figures, runner);
  registerTargetStatus(subscriptions, current, runner, targets);
  registerTesting(subscriptions, benchmark, runner);
  const tree = createRunsTree(subscriptions, stores, runner, memory);
  const leftovers = registerLeftovers(subscriptions, stores, runner, memory, funnel);
  const experiments = createExperiments(targets, runner, panel);
  const own = { benchmark, experiments, leftovers, walk, tree, actions };
  const parts = { ...own, current, runner, targets, panel, figures, log, context };
  registerCommands(subscriptions, parts, funnel);
  return createApi(benchmark, runner);
};
