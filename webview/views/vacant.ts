import type { RunDocument } from '../../src/model/run';
import type { Context } from '../context';
import { h, type Child, type VNode } from '../dom/vnode';
import type { StringKey } from '../strings';
import { isRunning } from '../systems';

/** What stands between backticks as code, whose lines break at blanks and not at the dashes of an option. */
const withCommands = (text: string): Child[] =>
  text.split('`').map((piece, index) =>
    index % 2 === 0
      ? piece
      : h(
          'code',
          {},
          piece.split(' ').flatMap((word, place) => [place > 0 && ' ', h('span', { class: 'word' }, word)]),
        ),
  );

/** What stands in a tab that has nothing to show: what would, and what to do for it. */
export const vacant = (
  run: RunDocument | null,
  empty: StringKey,
  { t }: Pick<Context, 't'>,
  { instead, more }: { readonly instead?: StringKey; readonly more?: Child } = {},
): VNode =>
  h(
    'div',
    { class: 'vacant', key: 'vacant' },
    h(
      'p',
      { class: 'note' },
      ...withCommands(t(instead ?? (run === null ? empty : isRunning(run) ? 'untilFirst' : 'noneToShow'))),
    ),
    more,
  );
