import { describe, expect, it } from 'vitest';
import { parseMachine } from '../../../src/asl';
import { locateRefusal, stateOfPointer } from '../../../src/run/refusedDefinition';

const text = `{
  "StartAt": "All",
  "States": {
    "All": {
      "Type": "Map",
      "ItemProcessor": {
        "StartAt": "Both",
        "States": {
          "Both": { "Type": "Parallel", "Branches": [{ "StartAt": "A/b", "States": {
            "A/b": { "Type": "Pass", "End": true } } }], "End": true }
        }
      },
      "End": true
    }
  }
}`;
const { states } = parseMachine(text, 'json');
const refused = (at: string) =>
  `AWS refuses the definition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Field is not supported ${at}'`;

describe('a definition that AWS refuses', () => {
  it.each([
    ['/States/All/End', 'All'],
    ['/States/All/ItemProcessor/States/Both/Next', 'All/ItemProcessor/Both'],
    ['/States/All/ItemProcessor/States/Both/Branches/0/States/A~1b', 'All/ItemProcessor/Both/Branches[0]/A/b'],
    ['/Comment', undefined],
  ])('%s is in the state %s', (pointer, path) => {
    expect(stateOfPointer(pointer)).toBe(path);
    if (path) expect(states.map((state) => state.path)).toContain(path);
  });

  it('is told with its place in the file', () => {
    expect(
      locateRefusal(
        refused('at /States/All/ItemProcessor/States/Both/Branches/0/States/A~1b/End'),
        states,
        'order.asl.json',
      ),
    ).toMatch(/^order\.asl\.json:10:13: AWS refuses/);
    expect(locateRefusal(refused('at /States/All'), states, 'order.asl.json')).toMatch(/^order\.asl\.json:4:5: /);
  });

  it('is told with the file alone where the place is none of its states', () => {
    expect(locateRefusal(refused(''), states, 'f')).toMatch(/^f: AWS refuses/);
    expect(locateRefusal(refused('at /States/Gone/Next'), states, 'f')).toMatch(/^f: AWS refuses/);
  });

  it('leaves any other message as it is', () => {
    expect(locateRefusal('Access denied at /States/All', states, 'f')).toBe('Access denied at /States/All');
  });
});
