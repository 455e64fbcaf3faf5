import type { Request } from '../../../src/protocol';
import type { Context } from '../../../webview/context';
import { createFormats } from '../../../webview/format';
import { initialState, reduce, type Action, type PanelState } from '../../../webview/state/reducer';
import { initialUi } from '../../../webview/state/ui';
import { createTranslate } from '../../../webview/strings';
import type { PanelSnapshot } from '../../../src/protocol';

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
  [{ kind: 'snapshot', snapshot } as const, ...actions].reduce<PanelState>(reduce, initialState(initialUi, width));
