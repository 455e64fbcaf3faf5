import type { Context } from '../context';
import type { VNode } from '../dom/vnode';
import type { PanelState } from '../state/reducer';

export const liveChart = (_state: PanelState, _context: Context): VNode | false => false;
