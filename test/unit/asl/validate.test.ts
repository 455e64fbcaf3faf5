/** One definition a rule: what is wrong with it, in AWS's words and at AWS's place. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json';
import { machine, jsonata, pass, task, inner, told, type Case } from './definitions';

describe('the frame', () => {
  it.each<Case>([
    ['nothing in it', {}, ['These fields are required: [States, StartAt] at /']],
    ['no object', [], ['Definition must be a valid JSON object at /']],
    ['no StartAt', { States: { S: pass } }, ['These fields are required: [StartAt] at /']],
    [
      'no state',
      { StartAt: 'S', States: {} },
      ['Value cannot be empty at /States', "MISSING_TRANSITION_TARGET: Missing 'Next' target: S at /StartAt"],
    ],
    ['an unknown field', machine(pass, { Startat: 'S' }), ["Field 'Startat' is not supported at /"]],
    ['another version', machine(pass, { Version: '2.0' }), ['Value should be one of the following: [1.0] at /Version']],
    [
      'another language',
      machine(pass, { QueryLanguage: 'JMESPath' }),
      ['Value should be one of the following: [JSONPath, JSONata] at /QueryLanguage'],
    ],
    [
      'a language that is a number',
      machine(pass, { QueryLanguage: 5 }),
      ['Expected value of type [STRING] at /QueryLanguage'],
    ],
    [
      'a timeout that is a text',
      machine(pass, { TimeoutSeconds: '5' }),
      ['Expected value of type Integer at /TimeoutSeconds'],
    ],
    ['states that are a list', { StartAt: 'S', States: [] }, ['Expected value of type Object at /States']],
    ['a state that is a text', { StartAt: 'S', States: { S: 'x' } }, ['Expected value of type Object at /States/S']],
    ['a comment that is a number', machine(pass, { Comment: 5 }), ['Expected value of type String at /Comment']],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('is fine as it should be', () => {
    expect(
      told(machine(pass, { Comment: 'c', Version: '1.0', TimeoutSeconds: 60, QueryLanguage: 'JSONPath' })),
    ).toEqual([]);
  });
});

describe('how states hang together', () => {
  const to = (next: string): JsonObject => ({ Type: 'Pass', Next: next });
  it.each<Case>([
    [
      'a way to nowhere',
      { StartAt: 'A', States: { A: to('B') } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
        'MISSING_END_STATE: Workflow has no terminal state at /States',
      ],
    ],
    [
      'a start that is not there',
      { StartAt: 'X', States: { A: pass } },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt",
        'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
      ],
    ],
    [
      'a state out of reach',
      { StartAt: 'A', States: { A: to('C'), B: to('C'), C: pass } },
      ['MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'],
    ],
    [
      'a ring out of reach',
      { StartAt: 'A', States: { A: pass, B: to('C'), C: to('B') } },
      [
        'MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B',
        'MISSING_TRANSITION_TARGET: State "C" is not reachable. at /States/C',
      ],
    ],
    [
      'no end',
      { StartAt: 'A', States: { A: to('B'), B: to('A') } },
      ['MISSING_END_STATE: Workflow has no terminal state at /States'],
    ],
    [
      'a a default and a catcher to nowhere',
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }], Default: 'Y' },
          T: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }] }),
        },
      },
      [
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/C/Default",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/C/Choices[0]/Next",
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z at /States/T/Catch[0]/Next",
        'MISSING_TRANSITION_TARGET: State "T" is not reachable. at /States/T',
      ],
    ],
    [
      'a branch without an end, which AWS lets be',
      machine({
        Type: 'Parallel',
        Branches: [{ StartAt: 'I', States: { I: to('J'), J: to('I') } }],
        End: true,
      }),
      [],
    ],
    [
      'a name twice, in different branches',
      machine({ Type: 'Parallel', Branches: [inner, inner], End: true }),
      ['DUPLICATE_STATE_NAME: Duplicate State name: I at /States/S/Branches[1]/States/I'],
    ],
    [
      'a way out of a branch',
      machine({ Type: 'Parallel', Branches: [{ StartAt: 'I', States: { I: to('S') } }], End: true }),
      ["MISSING_TRANSITION_TARGET: Missing 'Next' target: S at /States/S/Branches[0]/States/I/Next"],
    ],
    [
      'a name too long',
      { StartAt: 'n'.repeat(81), States: { ['n'.repeat(81)]: pass } },
      [`INVALID_STATE_NAME: State name cannot exceed 80 characters: this one has 81 at /States/${'n'.repeat(81)}`],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('is told and not entered when it nests too deeply', () => {
    let nested: JsonObject = pass;
    for (let depth = 0; depth < 80; depth += 1)
      nested = { Type: 'Parallel', Branches: [{ StartAt: `n${depth}`, States: { [`n${depth}`]: nested } }], End: true };
    expect(told(machine(nested)).some((text) => text.startsWith('TOO_DEEPLY_NESTED'))).toBe(true);
  });
});

describe('a state of any type', () => {
  it.each<Case>([
    ['no type', machine({ End: true }), ['These fields are required: [Type] at /States/S']],
    [
      'an unknown type',
      machine({ Type: 'Job', End: true }),
      [
        "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/S/Type",
      ],
    ],
    ['a field of another type', machine({ ...pass, Seconds: 5 }), ["Field 'Seconds' is not supported at /States/S"]],
    [
      'a field in the wrong case',
      machine({ ...pass, comment: 'x' }),
      ["Field 'comment' is not supported at /States/S"],
    ],
    [
      'Next and End',
      { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'E', End: true }, E: pass } },
      ['There should only be one of the following fields: [Next, End] at /States/S'],
    ],
    [
      'neither Next nor End',
      machine({ Type: 'Pass' }),
      ['This object should have only one of the following fields: [Next, End] at /States/S'],
    ],
    ['End that is a text', machine({ Type: 'Pass', End: 'true' }), ['Expected value of type Boolean at /States/S/End']],
    [
      'Next on a Succeed',
      { StartAt: 'S', States: { S: { Type: 'Succeed', Next: 'E' }, E: pass } },
      ["Field 'Next' is not supported at /States/S"],
    ],
    ['End on a Fail', machine({ Type: 'Fail', End: true }), ["Field 'End' is not supported at /States/S"]],
    [
      'JSONata in a JSONPath state',
      machine({ ...pass, Output: '{% 1 %}' }),
      [
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S",
      ],
    ],
    [
      'JSONPath in a JSONata state',
      jsonata({ ...pass, InputPath: '$.a' }),
      [
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/S",
      ],
    ],
    [
      'JSONPath in a JSONata machine',
      jsonata({ ...pass, QueryLanguage: 'JSONPath' }),
      ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S"],
    ],
    [
      'an unknown language',
      machine({ ...pass, QueryLanguage: 'SQL' }),
      ['Value should be one of the following: [JSONPath, JSONata] at /States/S/QueryLanguage'],
    ],
    [
      'a language misspelt counts as JSONata',
      machine({ ...pass, QueryLanguage: 'jsonata', InputPath: '$.a' }),
      [
        "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/S",
        'Value should be one of the following: [JSONPath, JSONata] at /States/S/QueryLanguage',
      ],
    ],
    [
      'fields of the language a state must not go back from',
      jsonata({ ...pass, QueryLanguage: 'JSONPath', Output: 1 }),
      ["'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/S"],
    ],
    [
      'a language of a processor',
      machine({ Type: 'Map', ItemProcessor: { ...inner, QueryLanguage: 'JSONata' }, End: true }),
      ["Field 'QueryLanguage' is not supported at /States/S/ItemProcessor"],
    ],
    [
      'states in a Map are in the language of the machine, not of the Map',
      machine({
        Type: 'Map',
        QueryLanguage: 'JSONata',
        Items: [1],
        ItemProcessor: { StartAt: 'I', States: { I: { ...pass, Output: 1 } } },
        End: true,
      }),
      [
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/S/ItemProcessor/States/I",
      ],
    ],
    [
      'a path that is none',
      machine({ ...pass, InputPath: 'a.b' }),
      ['Value must be a valid JSONPath. at /States/S/InputPath'],
    ],
    [
      'a result path that is none',
      machine({ ...pass, ResultPath: 'a' }),
      ["Value is not a Reference Path: Reference path didn't start with '$' at /States/S/ResultPath"],
    ],
    [
      'a path and its fixed form',
      machine(task({ TimeoutSeconds: 5, TimeoutSecondsPath: '$.t' })),
      ['There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath] at /States/S'],
    ],
    [
      'a reserved variable',
      machine({ ...pass, Assign: { states: 1 } }),
      ["RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/S/Assign"],
    ],
    [
      'a bad variable name',
      machine({ ...pass, Assign: { 'a-b': 1 } }),
      [
        "INVALID_VARIABLE_NAME: Invalid variable name 'a-b': the variable name contains invalid characters. at /States/S/Assign",
      ],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('may be JSONata within JSONPath, and null where a path may be null', () => {
    expect(told(machine({ Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% 1 %}', End: true }))).toEqual([]);
    expect(told(machine({ ...pass, InputPath: null, OutputPath: null, ResultPath: null }))).toEqual([]);
    expect(
      told(
        machine(
          { Type: 'Pass', End: false, Next: 'E' },
          { States: { S: { Type: 'Pass', End: false, Next: 'E' }, E: pass } },
        ),
      ),
    ).toEqual([]);
  });

  it('says that a reference path names one place', () => {
    expect(told(machine({ ...pass, ResultPath: '$.a[*]' }))[0]).toMatch(
      /^Value is not a Reference Path: .* at \/States\/S\/ResultPath$/,
    );
  });
});

describe('templates and expressions', () => {
  it.each<Case>([
    [
      'a .$ field that is neither path nor call',
      machine({ ...pass, Parameters: { a: { 'b.$': 'text' } } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'a .$ field that is a number',
      machine({ ...pass, Parameters: { 'b.$': 5 } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'a call with a wrong count',
      machine({ ...pass, Parameters: { 'b.$': 'States.UUID(1)' } }),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters",
      ],
    ],
    [
      'an unknown function',
      machine(task({ ResultSelector: { 'b.$': 'States.Nope()' } })),
      [
        "The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/ResultSelector",
      ],
    ],
    [
      'an assigned path',
      machine({ ...pass, Assign: { 'v.$': '$[' } }),
      ["The value for the field 'v.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/Assign"],
    ],
    [
      'an expression that is cut off',
      jsonata({ ...pass, Output: { a: '{% 1 + ' } }),
      ['JSONata string must start with {% and end with %} at /States/S/Output/a'],
    ],
    [
      'an expression that does not parse',
      jsonata({ ...pass, Output: { a: ['{% 1 + %}'] } }),
      ['INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output/a[0]'],
    ],
    [
      'an expression that reads a context',
      jsonata({ ...pass, Output: { a: { b: ['{% phone & mail %}'] } } }),
      [
        "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at /States/S/Output/a/b[0]",
        "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'mail' at the top level is not supported. at /States/S/Output/a/b[0]",
      ],
    ],
    [
      'the root of a context',
      jsonata({ ...pass, Assign: { a: '{% $$ %}' } }),
      ["UNSUPPORTED_JSONATA_EXPRESSION: Reference to '$$' is not supported. at /States/S/Assign/a"],
    ],
    [
      'an error where none was caught',
      jsonata({ ...pass, Output: '{% $states.errorOutput %}' }),
      ["UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/S/Output"],
    ],
    [
      'an error that was caught',
      jsonata(task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'S', Output: '{% $states.errorOutput %}' }] })),
      [],
    ],
    [
      'an empty expression',
      jsonata({ ...pass, Output: '{%  %}' }),
      ['INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/S/Output'],
    ],
    [
      'arguments that do not parse',
      jsonata(task({ Arguments: { x: '{% [ %}' } })),
      ['INVALID_JSONATA_EXPRESSION: Expected "]" before end of expression at /States/S/Arguments/x'],
    ],
  ])('%s', (_name, definition, expected) => expect(told(definition)).toEqual(expected));

  it('warns of a path that is only a text', () => {
    expect(
      told(
        machine({ ...pass, Parameters: { a: '$.b', c: '$5 a piece', d: 'States.UUID()' } }),
        'STANDARD',
        'warning',
      ).map((text) => text.slice(0, 40)),
    ).toEqual(["NO_DOLLAR: The value of 'a' looks like a", "NO_DOLLAR: The value of 'd' looks like a"]);
    expect(told(machine({ ...pass, Result: { 'a.$': '$.b' } }), 'STANDARD', 'warning')).toHaveLength(1);
    expect(told(machine({ ...pass, Result: { 'a.$': 'x' } }))).toEqual([]);
  });
});
