import { describe, expect, it } from 'vitest';
import { namedPlaces, stateMeant } from '../../../../src/views/file/references';
import { state } from '../runFixture';

const texts = (text: string) => namedPlaces(text).map((place) => [place.name, text.slice(place.start, place.end)]);

describe('places where a state is named', () => {
  it('are found in JSON, inside the quotes', () => {
    const json = '{"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "B", "Choices": [{"Next":"A"}]}}}';
    expect(texts(json)).toEqual([
      ['A', 'A'],
      ['B', 'B'],
      ['A', 'A'],
    ]);
  });
  it('are found in YAML, quoted or bare, with a comment behind', () => {
    expect(texts('StartAt: First one # here\nStates:\n  A:\n    Next: "B"\n    Default: \'C\'\n')).toEqual([
      ['First one', 'First one'],
      ['B', 'B'],
      ['C', 'C'],
    ]);
  });
  it('read escapes but point at the text', () => {
    expect(texts('{"Next": "a\\"b"}')).toEqual([['a"b', 'a\\"b']]);
  });
  it('do not take a field that only ends like one', () => {
    expect(texts('{"MyNext": "x", "Nextish": "y"}')).toEqual([]);
  });
});

describe('which state a name means', () => {
  const at = (from: number, to: number) => ({
    range: { start: { line: from, column: 0 }, end: { line: to, column: 1 } },
  });
  const states = [
    state('Order', { type: 'Parallel', ...at(1, 9) }),
    state('Order/Branches[0]/Charge', { name: 'Charge', parent: 'Order', ...at(2, 4) }),
    state('Order/Branches[0]/Check', { name: 'Check', parent: 'Order', ...at(5, 6) }),
    state('Charge', at(10, 12)),
  ];
  it('is the sibling in its own branch', () =>
    expect(stateMeant(states, 'Charge', 5, 0)?.path).toBe('Order/Branches[0]/Charge'));
  it('is the child for the StartAt of a branch', () =>
    expect(stateMeant(states, 'Check', 8, 0)?.path).toBe('Order/Branches[0]/Check'));
  it('is the one at the top outside of branches', () =>
    expect(stateMeant(states, 'Charge', 11, 0)?.path).toBe('Charge'));
  it('is none for an unknown name', () => expect(stateMeant(states, 'Nowhere', 5, 0)).toBeUndefined());
});
