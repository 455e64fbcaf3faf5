import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRenderer } from '../../../../webview/dom/patch';
import { h, memo, s, widget, type VNode } from '../../../../webview/dom/vnode';
import { FakeElement, fakeDocument, type Counted } from './fakeDom';

let counted: Counted;
let root: FakeElement;
let render: (node: VNode) => void;

const top = (): FakeElement => root.children[0] as FakeElement;
const child = (at: number): FakeElement => top().children[at] as FakeElement;

beforeEach(() => {
  counted = { inserts: 0, writes: 0 };
  vi.stubGlobal('document', fakeDocument(counted));
  root = new FakeElement('root', null, counted);
  render = createRenderer(root as unknown as HTMLElement);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const list = (...keys: readonly string[]): VNode =>
  h(
    'ul',
    {},
    keys.map((key) => h('li', { key }, key)),
  );

describe('the renderer', () => {
  it('writes text as text', () => {
    render(h('p', {}, '</script><b>x</b>'));
    expect(top().text).toBe('</script><b>x</b>');
    expect(top().children).toHaveLength(1);
  });

  it('makes SVG in its namespace', () => {
    render(h('div', {}, s('svg', {})));
    expect(child(0).namespace).toBe('http://www.w3.org/2000/svg');
    expect(top().namespace).toBeNull();
  });

  it('sets, changes and takes away attributes, and writes only what changed', () => {
    render(h('a', { class: 'x', title: 'one', hidden: true, tabindex: 0 }));
    expect([...top().attributes]).toEqual([
      ['class', 'x'],
      ['title', 'one'],
      ['hidden', ''],
      ['tabindex', '0'],
    ]);
    const { writes } = counted;
    render(h('a', { class: 'x', title: 'two', hidden: false }));
    expect([...top().attributes]).toEqual([
      ['class', 'x'],
      ['title', 'two'],
    ]);
    expect(counted.writes).toBe(writes + 1);
  });

  it('sets styles through the CSSOM, never as an attribute', () => {
    render(h('a', { style: { width: '5%', color: 'red' } }));
    expect([...top().styles]).toEqual([
      ['width', '5%'],
      ['color', 'red'],
    ]);
    render(h('a', { style: { width: '6%' } }));
    expect([...top().styles]).toEqual([['width', '6%']]);
    expect(top().attributes.has('style')).toBe(false);
  });

  it('sets a property only where the element holds another value: a cursor in a field stays where it is', () => {
    render(h('input', { prop: { value: 'a' } }));
    const element = top() as unknown as { value: string };
    let sets = 0;
    let held = 'ab';
    Object.defineProperty(element, 'value', { get: () => held, set: (value: string) => ((held = value), sets++) });
    render(h('input', { prop: { value: 'ab' } }));
    expect(sets).toBe(0);
    render(h('input', { prop: { value: 'abc' } }));
    expect([sets, held]).toEqual([1, 'abc']);
  });

  it('listens once an event and calls the latest handler', () => {
    const calls: string[] = [];
    render(h('a', { on: { click: () => calls.push('first') } }));
    render(h('a', { on: { click: () => calls.push('second'), focus: () => calls.push('focus') } }));
    top().fire('click');
    top().fire('focus');
    render(h('a', {}));
    top().fire('click');
    expect(calls).toEqual(['second', 'focus']);
  });

  it('keeps keyed elements, adds, removes and reorders them', () => {
    render(list('a', 'b', 'c'));
    const [a, b, c] = top().children;
    render(list('c', 'a', 'd'));
    expect(top().text).toBe('cad');
    expect(top().children[0]).toBe(c);
    expect(top().children[1]).toBe(a);
    expect(b!.parent).toBeNull();
  });

  it('moves nothing where one of many goes or comes', () => {
    render(list('a', 'b', 'c', 'd'));
    const before = counted.inserts;
    render(list('a', 'c', 'd'));
    expect(counted.inserts).toBe(before);
    render(list('a', 'x', 'c', 'd'));
    // The new item's text into it, and it into the list.
    expect(counted.inserts).toBe(before + 2);
    expect(top().text).toBe('axcd');
  });

  it('changes a text in place', () => {
    render(h('p', {}, 'one'));
    const text = top().children[0];
    render(h('p', {}, 'two'));
    expect(top().children[0]).toBe(text);
    expect(top().text).toBe('two');
  });

  it('replaces what is of another kind, also at the top', () => {
    render(h('p', {}, 'text'));
    render(h('div', {}, h('b', {}, 'bold')));
    expect(top().tag).toBe('div');
    render(h('div', {}, 'plain'));
    expect(top().text).toBe('plain');
  });

  it('does not render a memo again until a dependency changes', () => {
    let renders = 0;
    const view = (dependency: unknown): VNode =>
      h(
        'div',
        {},
        memo('m', [dependency], () => (renders++, h('p', {}, String(dependency)))),
      );
    render(view(1));
    render(view(1));
    expect(renders).toBe(1);
    render(view(2));
    expect([renders, top().text]).toEqual([2, '2']);
  });

  it('puts a memo that became another element in its place', () => {
    render(
      h(
        'div',
        {},
        memo('m', [1], () => h('p', {}, 'x')),
        h('i', {}),
      ),
    );
    render(
      h(
        'div',
        {},
        memo('m', [2], () => h('ul', {}, 'y')),
        h('i', {}),
      ),
    );
    expect(top().children.map((node) => (node as FakeElement).tag)).toEqual(['ul', 'i']);
    render(h('div', {}, h('i', {})));
    expect(top().children.map((node) => (node as FakeElement).tag)).toEqual(['i']);
  });

  it('mounts a widget once, tells it of new data only, and ends it when it goes', () => {
    const log: string[] = [];
    const mount = (_element: HTMLElement, data: number) => {
      log.push(`mount ${data}`);
      return { update: (next: number) => log.push(`update ${next}`), destroy: () => log.push('destroy') };
    };
    const view = (data: number): VNode => h('div', {}, h('section', {}, widget('canvas', { key: 'w' }, data, mount)));
    render(view(1));
    render(view(1));
    render(view(2));
    render(h('div', {}));
    expect(log).toEqual(['mount 1', 'update 2', 'destroy']);
  });
});
