import { describe, expect, it } from 'vitest';
import type { Ask } from '../../../src/run/contract';
import { fillPlaceholders, openPlaceholders } from '../../../src/run/placeholders';

const sam = `Resources:
  Elsewhere:
    Type: AWS::S3::Bucket
    Properties: { BucketName: "\${NotOurs}" }
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionSubstitutions:
        Limit: five
        WorkerArn: !GetAtt Worker.Arn
      Definition:
        Comment: "\${Limit} in \${AWS::Region}"
        StartAt: Work
        States:
          Work: { Type: Task, Resource: "\${WorkerArn}", Next: Tell }
          Tell: { Type: Task, Resource: !GetAtt Worker.Arn, Next: Last }
          Last: { Type: Task, Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName: !Ref Sender }, End: true }
`;
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:work';

/** Answers by name, and notes what was asked for. */
const asker = (answers: Record<string, string>) => {
  const asked: string[] = [];
  const ask: Ask = (question) => {
    const name = /\$\{(.*)\}/.exec(question.message)?.[1] ?? '';
    asked.push(name);
    return Promise.resolve(answers[name]);
  };
  return { asked, ask };
};
const fill = (text: string, language: 'json' | 'yaml', known: Record<string, string>, ask: Ask) =>
  fillPlaceholders({ text, language, shown: 'template.yaml' }, known, ask);

describe('the placeholders of a definition', () => {
  it('are asked for where nothing gives a value, each once, and only those of the definition', async () => {
    const { asked, ask } = asker({ 'Worker.Arn': arn, Sender: 'send' });
    const { definition, problems } = await fill(sam, 'yaml', { 'AWS::Region': 'us-east-1' }, ask);
    expect(asked).toEqual(['Worker.Arn', 'Sender']);
    expect(definition).toMatchObject({
      Comment: 'five in us-east-1',
      States: { Work: { Resource: arn }, Tell: { Resource: arn }, Last: { Parameters: { FunctionName: 'send' } } },
    });
    expect(problems).toEqual([]);
  });

  it('are filled from what is known, before the template’s own values, and then nobody is asked', async () => {
    const { asked, ask } = asker({});
    const known = { 'AWS::Region': 'r', 'Worker.Arn': arn, Sender: 'send', Limit: 'six' };
    const { definition } = await fill(sam, 'yaml', known, ask);
    expect(asked).toEqual([]);
    expect(definition).toMatchObject({ Comment: 'six in r', States: { Work: { Resource: arn } } });
  });

  it('without a value are one message that says where it belongs', async () => {
    const { ask } = asker({});
    await expect(fill(sam, 'yaml', { 'AWS::Region': 'r' }, ask)).rejects.toMatchObject({
      code: 'usage',
      message:
        'The placeholder ${Worker.Arn} has no value. Add it to "substitutions" in stepbench.json beside template.yaml.',
    });
  });

  it('stand in keys and texts; a bare one is a value, and one in a comment is nobody’s', async () => {
    const text =
      '{ // ${Comment}\n "StartAt": "${A}", "States": { "${A}": { "Type": "Wait", "Seconds": ${N}, "End": true } } }';
    const { asked, ask } = asker({ A: 'Rest', N: '3' });
    const { definition } = await fill(text, 'json', {}, ask);
    expect([...asked].sort()).toEqual(['A', 'N']);
    expect(definition).toEqual({ StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 3, End: true } } });
    expect([...openPlaceholders({ '${K}': ['${V}', null, 1, { x: '${V}' }] })]).toEqual(['K', 'V']);
  });
});
