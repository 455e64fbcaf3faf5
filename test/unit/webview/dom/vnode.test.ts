import { describe, expect, it } from 'vitest';
import { findAll, h, memo, s, textOf, widget } from '../../../../webview/dom/vnode';

describe('vnodes', () => {
  it('flatten lists and leave out what is not there', () => {
    const node = h('p', {}, 'a', null, false, undefined, [1, [h('b', {}, 'c')]], '');
    expect(textOf(node)).toBe('a 1 c');
    expect(node.children).toHaveLength(4);
  });

  it('keep their key and kind', () => {
    expect(h('p', { key: 'k' })).toMatchObject({ kind: 'element', key: 'k', svg: false });
    expect(s('rect')).toMatchObject({ svg: true, key: undefined });
  });

  it('are searched in the order of the document, memos included, widgets closed', () => {
    const tree = h(
      'div',
      {},
      h('b', { id: 1 }),
      memo('m', [], () => h('p', {}, h('b', { id: 2 }))),
      widget('b', {}, 0, () => ({ update: () => undefined, destroy: () => undefined })),
    );
    expect(findAll(tree, ({ tag }) => tag === 'b').map(({ props }) => props.id)).toEqual([1, 2]);
    expect(textOf(tree)).toBe('');
  });
});
