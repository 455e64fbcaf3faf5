import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, parseSettings } from '../../../src/asl/settings';
import { settingsShape } from '../../../src/asl/settingsCheck';
import type { Json, JsonObject } from '../../../src/model/json';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stepbench-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, content: Json): Promise<string> => {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

const full: JsonObject = {
  substitutions: { TableName: 'orders' },
  inputs: { good: 'inputs/good.json' },
  functions: {
    worker: {
      code: 'functions',
      handler: 'worker.handler',
      runtime: 'nodejs20.x',
      memorySize: 256,
      timeout: 10,
      reservedConcurrency: 2,
      architecture: 'arm64',
      environment: { A: 'b' },
    },
  },
  tables: { Orders: { partitionKey: 'id', sortKey: 'at', items: [{ id: 'a', count: 1 }] } },
  topics: { News: { subscribers: ['worker'] } },
  queues: ['Q'],
  mocks: 'MockConfigFile.json',
  testCase: 'HappyPath',
  role: 'arn:aws:iam::123456789012:role/r',
  region: 'eu-west-1',
  profile: 'study',
};

describe('loading', () => {
  it('gives what is beside the file, and its folder', async () => {
    await write('stepbench.json', full);
    for (const name of ['inputs/good.json', 'functions/worker.js', 'MockConfigFile.json']) await write(name, '{}');
    const loaded = await loadSettings(await write('order.asl.json', '{}'));
    expect(loaded.problems).toEqual([]);
    expect(loaded.folder).toBe(folder);
    expect(loaded.settings).toEqual(full);
  });

  it('is empty where there is nothing', async () => {
    expect(await loadSettings(path.join(folder, 'order.asl.json'))).toEqual({ settings: {}, folder, problems: [] });
    await write('stepbench.json', '  ');
    expect((await loadSettings(path.join(folder, 'order.asl.json'))).problems).toEqual([]);
  });

  it('warns of files that are not there, with the place', async () => {
    await write('stepbench.json', full);
    const { problems } = await loadSettings(path.join(folder, 'order.asl.json'));
    expect(problems.map(({ severity, message, path: at }) => [severity, message, at])).toEqual([
      ['warning', 'stepbench.json names inputs/good.json, which is not there', '/inputs/good'],
      ['warning', 'stepbench.json names functions, which is not there', '/functions/worker/code'],
      ['warning', 'stepbench.json names MockConfigFile.json, which is not there', '/mocks'],
    ]);
    expect(problems.every(({ range }) => range !== undefined)).toBe(true);
  });

  it("takes substitutions from a SAM template's DefinitionSubstitutions, below its own", async () => {
    await write(
      'template.yaml',
      'Parameters:\n  Stage:\n    Type: String\n    Default: dev\nResources:\n  Flow:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: flows/order.asl.json\n      DefinitionSubstitutions:\n        Table: orders\n        Env: !Ref Stage\n        Name: !Sub "flow-${Stage}"\n        Worker: !GetAtt Worker.Arn\n        Limit: 5\n',
    );
    const file = await write('flows/order.asl.json', '{}');
    expect((await loadSettings(file)).settings).toEqual({
      substitutions: { Table: 'orders', Env: 'dev', Name: 'flow-dev', Limit: '5' },
    });
    await write('flows/stepbench.json', { substitutions: { Table: 'mine', Worker: 'arn' } });
    expect((await loadSettings(file)).settings.substitutions).toEqual({
      Table: 'mine',
      Env: 'dev',
      Name: 'flow-dev',
      Limit: '5',
      Worker: 'arn',
    });
    expect((await loadSettings(path.join(folder, 'flows/other.asl.json'))).settings).toEqual({
      substitutions: { Table: 'mine', Worker: 'arn' },
    });
  });
});

describe('what is wrong in it', () => {
  it.each<[string, string, string[]]>([
    ['broken JSON', '{"inputs": ', ['error stepbench.json: A value should stand here /']],
    [
      'no object',
      '[]',
      ['error stepbench.json must be an object, {"substitutions": …, "inputs": …, "functions": …} /'],
    ],
    [
      'an unknown field',
      '{"subsitutions": {}}',
      ["warning 'subsitutions' means nothing here: did you mean 'substitutions'? /subsitutions"],
    ],
    ['a number for a text', '{"region": 5}', ["error 'region' must be a text in double quotes /region"]],
    ['a text for a list', '{"queues": "Q"}', ["error 'queues' must be a list, […] /queues"]],
    ['a list for names', '{"inputs": []}', [`error 'inputs' must be an object of names, {"name": …} /inputs`]],
    [
      'a function without code',
      '{"functions": {"f": {"handler": "h", "runtime": "r"}}}',
      ["error 'code' is missing /functions/f"],
    ],
    [
      'too little memory',
      '{"functions": {"f": {"code": "c", "handler": "h", "runtime": "r", "memorySize": 64}}}',
      ["error 'memorySize' must be a whole number from 128 to 10240 /functions/f/memorySize"],
    ],
    [
      'another architecture',
      '{"functions": {"f": {"code": "c", "handler": "h", "runtime": "r", "architecture": "vax"}}}',
      ["error 'architecture' must be one of x86_64, arm64 /functions/f/architecture"],
    ],
    ['a table without a key', '{"tables": {"T": {}}}', ["error 'partitionKey' is missing /tables/T"]],
    ['a text for a topic', '{"topics": {"T": "x"}}', ["error 'T' must be an object, {…} /topics/T"]],
  ])('%s', (_name, text, expected) => {
    const { problems } = parseSettings(text);
    expect(problems.map(({ severity, message, path: at }) => `${severity} ${message} ${at}`)).toEqual(expected);
    expect(problems.every(({ range }) => range !== undefined)).toBe(true);
  });

  it('leaves out only the field that is wrong', () => {
    expect(parseSettings('{"region": 5, "profile": "none", "other": 1, "$schema": "x"}').settings).toEqual({
      profile: 'none',
    });
  });

  it('allows comments', () => {
    expect(parseSettings('{ // mine\n "region": "eu-west-1", }')).toEqual({
      settings: { region: 'eu-west-1' },
      problems: [],
    });
  });
});

describe('the schema of the editor', () => {
  const schema = JSON.parse(
    readFileSync(path.resolve(__dirname, '../../../schemas/stepbench.schema.json'), 'utf8'),
  ) as { properties: JsonObject };
  const validate = new Ajv({ strict: false }).compile(schema);

  it('takes and refuses what the loader takes and refuses', () => {
    expect(validate(full)).toBe(true);
    for (const wrong of [
      { region: 5 },
      { queues: 'Q' },
      { functions: { f: { handler: 'h', runtime: 'r' } } },
      { functions: { f: { code: 'c', handler: 'h', runtime: 'r', memorySize: 64 } } },
      { tables: { T: {} } },
      { unknown: 1 },
    ]) {
      expect(validate(wrong)).toBe(false);
      expect(parseSettings(JSON.stringify(wrong)).problems.length).toBeGreaterThan(0);
    }
  });

  it('knows the same fields', () => {
    expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(settingsShape.fields).sort());
  });
});
