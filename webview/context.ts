import type { Request } from '../src/protocol';
import type { Formats } from './format';
import type { Action, PanelState } from './state/reducer';
import type { Translate } from './strings';

/** The two things a view can do, and the two it needs to write for people. */
export interface Context {
  readonly t: Translate;
  readonly f: Formats;
  readonly dispatch: (action: Action) => void;
  /** Sends a request; until it is answered, and if it is refused, `state.asked[key]` says so. */
  readonly ask: (key: string, request: Request) => void;
}

export type View = (state: PanelState, context: Context) => import('./dom/vnode').VNode;

/** Why the request of that name was refused, if it was. */
export const refusal = (state: PanelState, key: string): string | null => {
  const asked = state.asked[key];
  return asked?.kind === 'refused' ? asked.message : null;
};

/** Widths at which the layout changes, CSS px. */
export const wideFrom = 900;
export const roomyFrom = 420;
