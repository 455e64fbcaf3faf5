import { describe, expect, it } from 'vitest';
import { locateRefusal, refusedPlace } from '../../../src/run/refusedDefinition';

const text = `{
  "StartAt": "All",
  "States": {
    "All": {
      "Type": "Map",
      "ItemProcessor": {
        "StartAt": "Both, now",
        "States": {
          "Both, now": { "Type": "Parallel", "Branches": [{ "StartAt": "A/b", "States": {
            "A/b": { "Type": "Pass",
                     "Nxt": "All" } } }], "End": true }
        }
      },
      "End": true
    }
  }
}`;
const source = { text, language: 'json' } as const;
const refused = (...places: readonly string[]) =>
  `AWS refuses the definition: Invalid State Machine Definition: '${places.map((at) => `SCHEMA_VALIDATION_FAILED: Field is not supported at ${at}`).join(', ')}'`;
const inner = '/States/All/ItemProcessor/States/Both, now/Branches[0]/States/A/b';

describe('a definition that AWS refuses', () => {
  it.each([
    ['the field', inner + '/Nxt', '11:22'],
    ['a field in a JSON pointer', inner.replace('[0]', '/0') + '/Nxt', '11:22'],
    ['a state', inner, '10:13'],
    ['the nearest thing around what is missing', `${inner}/Next`, '10:13'],
    ['the nearest of an array', '/States/All/ItemProcessor/States/Both, now/Branches[7]', '9:46'],
    ['a field of a container', '/States/All/Type', '5:7'],
  ])('is told with the place of %s', (_what, place, at) => {
    expect(locateRefusal(refused(place), source, 'order.asl.json')).toMatch(
      new RegExp(`^order\\.asl\\.json:${at}: AWS refuses`),
    );
  });

  it('takes the first of several places, whatever the names of states hold', () => {
    expect(refusedPlace(refused(`${inner}/Nxt`, '/States/All/End'))).toBe(`${inner}/Nxt`);
    expect(refusedPlace(refused("/States/It's/Next"))).toBe("/States/It's/Next");
    expect(refusedPlace('AWS refuses the definition: X at /States/A/Next (Service: AWSStepFunctions)')).toBe(
      '/States/A/Next (Service: AWSStepFunctions)',
    );
    expect(refusedPlace('AWS refuses the definition: too long')).toBeUndefined();
  });

  it('reads YAML as well', () => {
    const yaml = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Nxt: B\n';
    expect(locateRefusal(refused('/States/A/Nxt'), { text: yaml, language: 'yaml' }, 'a.yaml')).toMatch(
      /^a\.yaml:5:5: /,
    );
  });

  it('is told with the file alone where no place is named, or none that is there', () => {
    expect(locateRefusal(refused('null'), source, 'f')).toMatch(/^f: AWS refuses/);
    expect(locateRefusal(refused('/States/Gone/Next'), source, 'f')).toMatch(/^f: AWS refuses/);
    expect(locateRefusal(refused('/States/All/End'), { ...source, text: '{' }, 'f')).toMatch(/^f: AWS refuses/);
  });

  it('leaves any other message as it is', () => {
    expect(locateRefusal('Access denied at /States/All', source, 'f')).toBe('Access denied at /States/All');
  });
});
