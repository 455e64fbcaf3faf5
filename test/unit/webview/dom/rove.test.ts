import { describe, expect, it } from 'vitest';
import { roveIndex, roveKeys, roveTarget } from '../../../../webview/dom/rove';

describe('roving', () => {
  const keys = ['a', 'b', 'c'];

  it.each([
    ['a', 'ArrowRight', 'b'],
    ['a', 'ArrowDown', 'b'],
    ['c', 'ArrowRight', 'a'],
    ['a', 'ArrowUp', 'c'],
    ['b', 'Home', 'a'],
    ['b', 'End', 'c'],
    ['gone', 'ArrowDown', 'b'],
    ['a', 'Enter', null],
  ])('from %s with %s goes to %s', (from, pressed, to) => {
    expect(roveTarget(keys, from, pressed)).toBe(to);
  });

  it('has nowhere to go in an empty group', () => {
    expect(roveTarget([], 'a', 'Home')).toBeNull();
  });

  it('leaves exactly one item in the tab order, the first where the current is gone', () => {
    expect(keys.map((key) => roveIndex(keys, 'b', key))).toEqual(['-1', '0', '-1']);
    expect(keys.map((key) => roveIndex(keys, 'gone', key))).toEqual(['0', '-1', '-1']);
    expect(keys.map((key) => roveIndex(keys, undefined, key))).toEqual(['0', '-1', '-1']);
  });

  it('moves the focus and says where it went', () => {
    const focused: string[] = [];
    const items = keys.map((rove) => ({ dataset: { rove }, focus: () => focused.push(rove) }));
    const item = { ...items[1], closest: () => ({ querySelectorAll: () => items }) };
    let prevented = 0;
    const arrived: string[] = [];
    const press = (key: string): void =>
      roveKeys((to) => arrived.push(to))({
        key,
        currentTarget: item,
        preventDefault: () => prevented++,
      } as unknown as Event);
    press('ArrowRight');
    press('x');
    expect({ focused, arrived, prevented }).toEqual({ focused: ['c'], arrived: ['c'], prevented: 1 });
  });

  it('does nothing outside of a group', () => {
    const item = { dataset: { rove: 'a' }, closest: () => null };
    expect(() =>
      roveKeys(() => expect.unreachable())({ key: 'Home', currentTarget: item } as unknown as Event),
    ).not.toThrow();
  });
});
