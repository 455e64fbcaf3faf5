import type { Request } from '../../../src/protocol';
import type { Context } from '../../../webview/context';
import { createFormats } from '../../../webview/format';
import { initialState, reduce, type Action, type PanelState } from '../../../webview/state/reducer';
import { initialUi } from '../../../webview/state/ui';
import { createTranslate } from '../../../webview/strings';
import type { PanelSnapshot } from '../../../src/protocol';
import type { ChartSpec } from '../../../webview/charts/spec';
import * as dagre from '../../../webview/tabs/dagre';
import { findAll, textOf, type ElementNode, type VNode } from '../../../webview/dom/vnode';

export interface Recorded extends Context {
  readonly actions: Action[];
  readonly asked: { readonly key: string; readonly request: Request }[];
}

/** A context that keeps what a view did with it. */
export const recording = (locale = 'en'): Recorded => {
  const actions: Action[] = [];
  const asked: { key: string; request: Request }[] = [];
  return {
    t: createTranslate(locale),
    f: createFormats(locale),
    dispatch: (action) => actions.push(action),
    ask: (key, request) => asked.push({ key, request }),
    actions,
    asked,
  };
};

export const showing = (snapshot: PanelSnapshot, width = 360, ...actions: readonly Action[]): PanelState =>
  [{ kind: 'snapshot', snapshot } as const, { kind: 'dagre', dagre } as const, ...actions].reduce<PanelState>(
    reduce,
    initialState(initialUi, width),
  );

/** Data of the charts in a view, by their keys' order. */
export const chartsIn = (node: VNode): ChartSpec[] => {
  if (node.kind === 'memo') return chartsIn(node.render());
  if (node.kind === 'widget') return [node.data as ChartSpec];
  return node.kind === 'element' ? node.children.flatMap(chartsIn) : [];
};

/** The first element whose text or label is that. */
export const named = (node: VNode, name: string): ElementNode => {
  const found = findAll(
    node,
    (element) => element.props['aria-label'] === name || (element.children.length > 0 && textOf(element) === name),
  ).at(-1);
  if (!found) throw new Error(`nothing is called ${name}`);
  return found;
};

export const click = (element: ElementNode): void =>
  element.props.on!.click!({ currentTarget: {} } as unknown as Event);
