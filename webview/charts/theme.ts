import { wideFrom } from '../context';
import type { SystemId } from '../systems';

/** Colours and type of the editor's theme, as a canvas needs them. */
export interface ChartTheme {
  readonly systems: Readonly<Record<SystemId | 'grey', string>>;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly background: string;
  /** Of tooltips. */
  readonly hover: string;
  readonly font: string;
  readonly reducedMotion: boolean;
}

const names: Readonly<Record<SystemId | 'grey', string>> = {
  standard: 'charts-blue',
  express: 'charts-purple',
  event: 'charts-yellow',
  gateway: 'charts-green',
  other: 'charts-foreground',
  grey: 'descriptionForeground',
};

export const readTheme = (): ChartTheme => {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const read = (name: string, fallback = '#808080'): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const systems = Object.fromEntries(Object.entries(names).map(([system, name]) => [system, read(name)]));
  return {
    systems: systems as ChartTheme['systems'],
    text: read('foreground'),
    muted: read('descriptionForeground'),
    // A high-contrast border is for edges of things; as lines behind figures it would drown them.
    line:
      read('contrastBorder', '') === ''
        ? read('widget-border', read('charts-lines'))
        : `color-mix(in srgb, ${read('descriptionForeground')} 35%, transparent)`,
    // The body of a webview is transparent; what shows through is the place it stands in.
    background: read(
      root.clientWidth >= wideFrom ? 'editor-background' : 'sideBar-background',
      read('editor-background'),
    ),
    hover: read('editorHoverWidget-background', read('editor-background')),
    font: read('font-family', 'sans-serif'),
    reducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
};

const listeners = new Set<() => void>();
let observing = false;

/** Calls back when the editor changes its theme; gives what ends it. */
export const onThemeChange = (changed: () => void): (() => void) => {
  if (!observing) {
    observing = true;
    const observer = new MutationObserver(() => listeners.forEach((listener) => listener()));
    observer.observe(document.body, { attributeFilter: ['class'] });
    observer.observe(document.documentElement, { attributeFilter: ['style'] });
  }
  listeners.add(changed);
  return () => listeners.delete(changed);
};
