import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFiles, hasErrors, type CheckedFile } from '../../../src/cli/check';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stepbench-check-'));
  const files: Record<string, string> = {
    'good.asl.json': '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Worker}", "End": true}}}',
    'bad.asl.json': '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pass", "Next": "B" }\n  }\n}',
    'good.asl.yaml': 'StartAt: A\nStates:\n  A: {Type: Succeed}\n',
    'job.asl.json':
      '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": true}}}',
    'bom.asl.json': '\uFEFF{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    'empty.asl.json': '',
    'template.yaml':
      'Resources:\n  One:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States: {A: {Type: Succeed}}\n  Two:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: B\n        States: {A: {Type: Succeed}}\n',
    'settings/stepbench.json': '{"regoin": "eu-west-1", "queues": 5}',
    'filled/order.asl.json':
      '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Worker}", "End": true}}}',
    'filled/stepbench.json': '{"substitutions": {"Worker": "not-an-arn"}}',
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), content);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = async (name: string, options = {}): Promise<CheckedFile['problems']> =>
  (await checkFiles([at(name)], options))[0]?.problems ?? [];

describe('check', () => {
  it('finds nothing wrong with what is right', async () => {
    for (const name of ['good.asl.json', 'good.asl.yaml', 'bom.asl.json', 'job.asl.json'])
      expect(await check(name)).toEqual([]);
  });

  it('prints line and column from one', async () => {
    expect(await check('bad.asl.json')).toEqual([
      {
        severity: 'error',
        code: 'MISSING_TRANSITION_TARGET',
        message: "Missing 'Next' target: B",
        path: '/States/A/Next',
        line: 4,
        column: 36,
      },
    ]);
  });

  it('checks as Express when asked', async () => {
    expect((await check('job.asl.json', { type: 'EXPRESS' })).map(({ path: place }) => place)).toEqual([
      '/States/A/Resource',
    ]);
  });

  it('checks every definition of a template', async () => {
    expect((await check('template.yaml')).map(({ message }) => message)).toEqual(["Missing 'Next' target: B"]);
  });

  it('fills placeholders from the settings', async () => {
    expect((await check('filled/order.asl.json')).map(({ message }) => message)).toEqual([
      'Value is not a valid resource ARN',
    ]);
  });

  it('checks settings too', async () => {
    expect((await check('settings/stepbench.json')).map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      "warning 'regoin' means nothing here: did you mean 'region'?",
      "error 'queues' must be a list, […]",
    ]);
  });

  it.each([
    ['empty.asl.json', 'The file is empty'],
    ['nothing.asl.json', 'There is no file'],
    ['settings', 'is a folder'],
  ])('%s has one clear message', async (name, message) => {
    const problems = await check(name);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(message);
  });

  it('keeps the order of the files and says whether any is wrong', async () => {
    const checked = await checkFiles([at('bad.asl.json'), at('good.asl.json')]);
    expect(checked.map(({ file }) => path.basename(file))).toEqual(['bad.asl.json', 'good.asl.json']);
    expect(hasErrors(checked)).toBe(true);
    expect(hasErrors(await checkFiles([at('good.asl.json')]))).toBe(false);
  });
});
