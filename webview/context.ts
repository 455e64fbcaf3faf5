import type { Request } from '../src/protocol';
import type { VNode } from './dom/vnode';
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

export type View = (state: PanelState, context: Context) => VNode;

/** Why the request of that name was refused, if it was. */
export const refusal = (state: PanelState, key: string): string | null => {
  const asked = state.asked[key];
  return asked?.kind === 'refused' ? asked.message : null;
};

/** Widths at which the layout changes, CSS px. */
export const wideFrom = 900;
export const roomyFrom = 420;

const padding = { narrow: 32, wide: 56 } as const;
const firstColumn = 320;
const columnGap = 40;

/** Room for what stands in a tab, CSS px: as styles/base.css lays it out. */
export const contentWidth = (width: number): number =>
  Math.max(160, width >= wideFrom ? width - padding.wide - firstColumn - columnGap : width - padding.narrow);

/** Room for the form and the live figures, CSS px. */
export const firstWidth = (width: number): number => (width >= wideFrom ? firstColumn : width - padding.narrow);
