import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/model/json';
import { variableReferences } from '../../../../src/server/states/variableReferences';

const machine = (states: JsonObject, more: JsonObject = {}): JsonObject => ({ StartAt: 'A', States: states, ...more });

test.each<[string, JsonObject, unknown]>([
  [
    'none',
    machine({ A: { Type: 'Pass', InputPath: '$.x', Parameters: { 'a.$': '$', 'b.$': '$$.Execution.Id' } } }),
    undefined,
  ],
  [
    'paths',
    machine({
      A: { Type: 'Wait', SecondsPath: '$delay' },
      B: { Type: 'Fail', ErrorPath: '$e', CausePath: "States.Format('{} $no', $c)" },
    }),
    { A: ['delay'], B: ['c', 'e'] },
  ],
  [
    'templates, sorted, once each',
    machine({
      A: {
        Type: 'Pass',
        Parameters: { x: { 'y.$': '$b.c[0]' }, 'z.$': 'States.Array($a, $b)' },
        Assign: { 'q.$': '$a' },
      },
    }),
    { A: ['a', 'b'] },
  ],
  [
    'a text that only looks like one',
    machine({ A: { Type: 'Pass', Parameters: { x: '$b' }, Comment: '$c' } }),
    undefined,
  ],
  [
    'choices',
    machine({ A: { Type: 'Choice', Choices: [{ And: [{ Variable: '$v', StringEqualsPath: '$w' }] }] } }),
    { A: ['v', 'w'] },
  ],
  [
    'inside of Map and Parallel, under their own names',
    machine({
      A: { Type: 'Map', ItemsPath: '$items', ItemProcessor: machine({ I: { Type: 'Pass', OutputPath: '$inner' } }) },
      P: { Type: 'Parallel', Branches: [machine({ B: { Type: 'Wait', TimestampPath: '$t' } })] },
    }),
    { A: ['items'], I: ['inner'], B: ['t'] },
  ],
  [
    'JSONata: not functions, not $states, not what it binds itself',
    machine(
      {
        A: {
          Type: 'Pass',
          Output: {
            a: '{% ($x := 1; $x + $y + $sum($states.input.n) + $map([1], function($v) { $v + $z })) %}',
            b: '{% "$text" %}',
            c: '$plain',
          },
        },
      },
      { QueryLanguage: 'JSONata' },
    ),
    { A: ['y', 'z'] },
  ],
  [
    'one JSONata state',
    machine({
      A: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $only %}' },
      B: { Type: 'Pass', OutputPath: '$path' },
    }),
    { A: ['only'], B: ['path'] },
  ],
])('%s', (_, definition, expected) => {
  expect(variableReferences(definition)).toEqual(expected);
});
