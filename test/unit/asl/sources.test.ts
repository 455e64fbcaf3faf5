import { describe, expect, it } from 'vitest';
import { findMachines, languageOf, parseMachine, rangeOfPath } from '../../../src/asl';
import { problemsOf, shown, textAt } from './shown';

describe('YAML', () => {
  const yaml = `# an order
StartAt: A
States:
  A:
    Type: Task
    Resource: !GetAtt Worker.Arn
    Parameters: &shared
      id.$: $.id
    Next: B
  B:
    Type: Wait
    Seconds: 5
    Next: C
  C:
    Type: Task
    Resource: !Sub "arn:\${AWS::Partition}:states:::lambda:invoke"
    Parameters:
      <<: *shared
      FunctionName: !Ref Worker
    End: true
`;
  it('is read with ranges, tags, anchors and merges', () => {
    const machine = parseMachine(yaml, 'yaml');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.States).toEqual({
      A: { Type: 'Task', Resource: '${Worker.Arn}', Parameters: { 'id.$': '$.id' }, Next: 'B' },
      B: { Type: 'Wait', Seconds: 5, Next: 'C' },
      C: {
        Type: 'Task',
        Resource: 'arn:${AWS::Partition}:states:::lambda:invoke',
        Parameters: { 'id.$': '$.id', FunctionName: '${Worker}' },
        End: true,
      },
    });
    expect(machine.states.map(({ nameRange }) => textAt(yaml, nameRange))).toEqual(['A', 'B', 'C']);
    expect(textAt(yaml, machine.headRange)).toBe('StartAt: A');
  });

  it.each<[string, string, string[]]>([
    [
      'a way to nowhere',
      'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n  C:\n    Type: Succeed\n',
      [`Missing 'Next' target: B @ B`, `State "C" is not reachable. @ C`],
    ],
    [
      'a bad path',
      "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Parameters:\n      a.$: '$.b['\n    End: true\n",
      [`The value for the field 'a.$' must be a valid JSONPath or a @ [`],
    ],
    ['a wrong number', 'StartAt: A\nStates:\n  A: {Type: Wait, Seconds: -1, End: true}\n', ['Minimum value is 0 @ -1']],
  ])('%s', (_name, text, expected) => expect(shown(text, 'yaml')).toEqual(expected));

  it('is told where it is broken', () => {
    const [problem, ...more] = problemsOf('StartAt: A\nStates:\n  A:\n   Type: [Pass\n', 'yaml');
    expect(problem?.code).toBe('INVALID_JSON_DESCRIPTION');
    expect(problem?.range?.start.line).toBeGreaterThan(1);
    expect(more.length).toBeLessThan(5);
    expect(problemsOf('', 'yaml')[0]?.message).toContain('The file is empty');
    expect(problemsOf('just text', 'yaml')[0]?.message).toContain('must be a valid JSON object');
  });

  it('survives aliases that multiply', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, index) => `${'bcdefghij'[index]}: &${'bcdefghij'[index]} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index]}`).join(',')}]`).join('\n')}\n`;
    expect(problemsOf(bomb, 'yaml')[0]?.message).toContain('multiply');
  });

  it('is told by the ending', () => {
    expect(['a.asl.yaml', 'b.YML', 'c.json', 'd.asl', 'e.asl.json', 'f.jsonc'].map(languageOf)).toEqual([
      'yaml',
      'yaml',
      'json',
      'json',
      'json',
      'json',
    ]);
  });
});

describe('placeholders', () => {
  const text =
    '{"StartAt": "${First}", "TimeoutSeconds": ${Limit}, "States": {"Work-${Env}": {"Type": "Task", "Resource": "${FunctionArn}", "Parameters": ${Params}, "End": ${Ends} }}}';

  it('may stand for values without quotes', () => {
    const machine = parseMachine(text, 'json');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.TimeoutSeconds).toBe('${Limit}');
    expect(machine.states.map(({ name }) => name)).toEqual(['Work-${Env}']);
  });

  it('are filled in where values are given: bare ones as JSON, others as text', () => {
    const machine = parseMachine(text, 'json', {
      substitutions: {
        First: 'Work-dev',
        Limit: '60',
        Env: 'dev',
        FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
        Params: '{"a.$": "$.a"}',
        Ends: 'true',
      },
    });
    expect(machine.problems).toEqual([]);
    expect(machine.definition).toEqual({
      StartAt: 'Work-dev',
      TimeoutSeconds: 60,
      States: {
        'Work-dev': {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          Parameters: { 'a.$': '$.a' },
          End: true,
        },
      },
    });
    expect(textAt(text, machine.states[0]?.nameRange)).toBe('"Work-${Env}"');
  });

  it('are checked once they are filled', () => {
    const machine = parseMachine(text, 'json', {
      substitutions: { First: 'Work-dev', Limit: 'soon', Env: 'dev', FunctionArn: 'f', Ends: 'true' },
    });
    expect(machine.problems.map(({ message, range }) => `${message} @ ${textAt(text, range)}`)).toEqual([
      'Expected value of type Integer @ ${Limit}',
      'Value is not a valid resource ARN @ "${FunctionArn}"',
    ]);
  });

  it('are left alone in comments and strings', () => {
    const machine = parseMachine(
      '{ // ${Comment}\n "StartAt": "A", /* ${X} */ "States": {"A": {"Type": "Pass", "Comment": "a ${Y} \\" ${Z}", "End": true}}}',
      'json',
    );
    expect(machine.problems).toEqual([]);
    expect((machine.definition?.States as { A: { Comment: string } }).A.Comment).toBe('a ${Y} " ${Z}');
  });
});

describe('templates', () => {
  const sam = `Transform: AWS::Serverless-2016-10-31
Resources:
  Worker:
    Type: AWS::Serverless::Function
  Other:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: statemachine/other.asl.json
      DefinitionSubstitutions:
        WorkerArn: !GetAtt Worker.Arn
        Table: orders
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      DefinitionSubstitutions:
        Limit: 5
      Definition:
        StartAt: Work
        States:
          Work:
            Type: Task
            Resource: !GetAtt Worker.Arn
            TimeoutSeconds: "\${Limit}"
            Next: Nowhere
`;
  it('hold their definitions, each found', () => {
    expect(findMachines(sam, 'yaml')).toEqual([
      {
        logicalId: 'Other',
        type: 'STANDARD',
        path: undefined,
        uri: 'statemachine/other.asl.json',
        substitutions: { WorkerArn: '${Worker.Arn}', Table: 'orders' },
      },
      {
        logicalId: 'Flow',
        type: 'EXPRESS',
        path: ['Resources', 'Flow', 'Properties', 'Definition'],
        uri: undefined,
        substitutions: { Limit: '5' },
      },
    ]);
  });

  it('are opened at their first definition, with ranges in the template', () => {
    const machine = parseMachine(sam, 'yaml');
    expect(machine.states.map(({ path, nameRange }) => [path, textAt(sam, nameRange), nameRange.start.line])).toEqual([
      ['Work', 'Work', 20],
    ]);
    expect(machine.problems.map(({ message, path, range }) => [message, path, textAt(sam, range)])).toContainEqual([
      "Missing 'Next' target: Nowhere",
      '/States/Work/Next',
      'Nowhere',
    ]);
    expect(rangeOfPath(sam, '/States/Work/Next', 'yaml')?.start.line).toBe(24);
  });

  it('say what is in them when it is no definition', () => {
    expect(parseMachine(sam, 'yaml', { resource: 'Other' }).problems[0]?.message).toContain(
      'open statemachine/other.asl.json',
    );
    expect(parseMachine(sam, 'yaml', { resource: 'Nothing' }).problems[0]?.message).toBe(
      'The template has no state machine named Nothing',
    );
    expect(parseMachine('Resources:\n  B:\n    Type: AWS::S3::Bucket\n', 'yaml').problems[0]).toMatchObject({
      severity: 'information',
      code: 'NO_DEFINITION',
    });
  });

  const serverless = `service: shop
provider: { name: aws, stage: "\${opt:stage, 'dev'}" }
stepFunctions:
  stateMachines:
    elsewhere:
      definition: \${file(states/elsewhere.yml)}
    order:
      type: EXPRESS
      name: order-\${self:provider.stage}
      definition:
        Comment: of \${self:service}
        StartAt: Check
        States:
          Check:
            Type: Task
            Resource:
              Fn::GetAtt: [check, Arn]
            TimeoutSeconds: \${self:custom.seconds, 3}
            Next: Tell
          Tell:
            Type: Task
            Resource: arn:aws:lambda:#{AWS::Region}:#{AWS::AccountId}:function:\${self:service}-tell
            Next: Rest
          Rest:
            Type: Wait
            Seconds: \${file(config.yml):rest}
            End: true
    whole: \${file(states/whole.yml)}
resources:
  Resources:
    Queue: { Type: AWS::SQS::Queue }
`;
  it('may be those of the Serverless framework, with its placeholders and no false problem', () => {
    expect(
      findMachines(serverless, 'yaml').map(({ logicalId, type, path, uri }) => [logicalId, type, path, uri]),
    ).toEqual([
      ['elsewhere', 'STANDARD', undefined, 'states/elsewhere.yml'],
      ['order', 'EXPRESS', ['stepFunctions', 'stateMachines', 'order', 'definition'], undefined],
      ['whole', 'STANDARD', undefined, 'states/whole.yml'],
    ]);
    const machine = parseMachine(serverless, 'yaml');
    expect(machine.problems).toEqual([]);
    expect(machine.states.map(({ path, nameRange }) => [path, textAt(serverless, nameRange)])).toEqual([
      ['Check', 'Check'],
      ['Tell', 'Tell'],
      ['Rest', 'Rest'],
    ]);
    expect(machine.definition).toMatchObject({ States: { Check: { Resource: '${check.Arn}' } } });
    const broken = parseMachine(serverless.replace('Next: Rest', 'Next: Nowhere'), 'yaml');
    expect(broken.problems.map(({ message }) => message)).toContain("Missing 'Next' target: Nowhere");
    expect(parseMachine(serverless, 'yaml', { resource: 'elsewhere' }).problems).toMatchObject([
      { severity: 'information', message: expect.stringContaining('open states/elsewhere.yml') as string },
    ]);
  });

  it('may be JSON with a definition that is a text, as CDK writes it', () => {
    const cdk = JSON.stringify({
      Resources: {
        Flow: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionString: {
              'Fn::Join': [
                '',
                [
                  '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"',
                  { 'Fn::GetAtt': ['Worker', 'Arn'] },
                  '","Parameters":{"T":"',
                  { Ref: 'Table' },
                  '"},"End":true}}}',
                ],
              ],
            },
          },
        },
      },
    });
    const machine = parseMachine(cdk, 'json');
    expect(machine.problems).toEqual([]);
    expect(machine.definition?.States).toEqual({
      A: { Type: 'Task', Resource: '${Worker.Arn}', Parameters: { T: '${Table}' }, End: true },
    });
  });
});
