import type { Context } from '../context';
import { h, type VNode } from '../dom/vnode';

const shownCharacters = 2000;

/** JSON is set out in lines where it is short enough to be worth it; everything else is shown as it came. */
const readable = (text: string): string => {
  if (text.length > 100_000) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** A text from outside, as text, cut; the whole of it opens in an editor. */
export const longText = (label: string, text: string, title: string, { t, f, ask }: Context, bad = false): VNode => {
  const cut = text.length > shownCharacters * 4;
  const shown = readable(cut ? text.slice(0, shownCharacters) : text);
  const short = shown.length > shownCharacters ? `${shown.slice(0, shownCharacters)}…` : shown;
  return h(
    'div',
    { class: 'longtext', key: label },
    h('h3', { class: 'label' }, label),
    h('pre', { class: bad ? 'bad' : '', tabindex: '0', 'aria-label': label }, short === '' ? '–' : short),
    (cut || short !== shown) &&
      h(
        'button',
        { class: 'link', on: { click: () => ask(`text:${label}`, { kind: 'showText', title, text }) } },
        t('showAllText', `${f.count(text.length)} B`),
      ),
  );
};
