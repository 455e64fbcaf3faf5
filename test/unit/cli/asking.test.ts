/** What a command asks, finds and prints where nobody sits before it, and where somebody does. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/command';
import { costText } from '../../../src/cli/costText';
import type { CostAnswer } from '../../../src/cli/costAnswer';
import { readRun } from '../../../src/cli/documents';
import { main } from '../../../src/cli/main';
import { askOn } from '../../../src/cli/run';
import { openStore } from '../../../src/store/runs';
import { runDocument as measuredDocument } from '../report/document';
import { runDocument, useFolder } from '../store/fixtures';

const newFolder = useFolder();

const contextOf = (answers?: readonly (string | undefined)[]) => {
  let [said, out] = ['', ''];
  const asked: { prompt: string; secret: boolean }[] = [];
  const left = [...(answers ?? [])];
  const context: CommandContext = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (said += text) },
    ...{ cwd: newFolder(), env: {}, signal: new AbortController().signal },
    ...(answers
      ? {
          askLine: (prompt: string, secret: boolean) => {
            asked.push({ prompt, secret });
            return Promise.resolve(left.shift());
          },
        }
      : {}),
  };
  return { context, asked, said: () => said, out: () => out };
};

const spending = { kind: 'confirm', about: 'realAccount', message: 'Run on AWS?', detail: 'It costs $2.' } as const;

describe('a question on the terminal', () => {
  it.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['no', false],
    ['yesterday', false],
    [undefined, false],
  ])('%j is %s', async (answer, agreed) => {
    const { context, asked } = contextOf([answer]);
    expect(await askOn(context)(spending)).toBe(agreed);
    expect(asked).toEqual([{ prompt: 'Run on AWS?\nIt costs $2.\nGo on? [y/N] ', secret: false }]);
  });

  it('of a text is answered by it, a secret one unseen', async () => {
    const { context, asked } = contextOf(['123456', undefined]);
    const text = { kind: 'text', about: 'mfa', message: 'Code', secret: true } as const;
    expect([await askOn(context)(text), await askOn(context)({ ...text, secret: false })]).toEqual([
      '123456',
      undefined,
    ]);
    expect(asked.map(({ secret }) => secret)).toEqual([true, false]);
  });

  it('is no where nobody can be asked; what it was, and which option answers it, is said', async () => {
    const { context, said } = contextOf();
    expect(await askOn(context)(spending)).toBeUndefined();
    expect(said()).toBe('Run on AWS?\nIt costs $2.\nNobody can be asked here: pass --yes.\n');
  });
});

describe('a run', () => {
  const stored = async () => {
    const folder = newFolder();
    const store = openStore(folder);
    await store.save(runDocument('20261124-100000-aaaaaa', { startedAt: '2026-11-24T10:00:00.000Z' }));
    await store.save(runDocument('20261124-110000-bbbbbb', { startedAt: '2026-11-24T11:00:00.000Z' }));
    store.dispose();
    return folder;
  };

  it('is named by its file, its id, or as the last', async () => {
    const folder = await stored();
    expect((await readRun('last', folder)).id).toBe('20261124-110000-bbbbbb');
    expect((await readRun('20261124-100000-aaaaaa', folder)).id).toBe('20261124-100000-aaaaaa');
    writeFileSync(path.join(folder, 'x.json'), JSON.stringify(runDocument('from-a-file')));
    expect((await readRun('x.json', folder)).id).toBe('from-a-file');
  });

  it('that is none says how one is named', async () => {
    const folder = await stored();
    await expect(readRun('20261124-120000-cccccc', folder)).rejects.toThrow(/named by its file, its id, or “last”/);
    writeFileSync(path.join(folder, 'y.json'), '{"schema":"stepbench.run/1","id":"y"}');
    await expect(readRun('y.json', folder)).rejects.toThrow(/y\.json is no run document/);
    // A folder of that name is no file.
    mkdirSync(path.join(folder, 'z'));
    await expect(readRun('z', folder)).rejects.toThrow(/There is no file and no run named “z”/);
  });
});

describe('what a command prints', () => {
  it.each([
    ['cost', 'a.json'],
    ['cost', 'a.json', '--json'],
    ['cost', 'a.json', '--region', 'eu-west-1'],
    ['report', 'a.json'],
    ['report', 'a.json', '--format', 'md'],
    ['compare', 'a.json', 'a.json'],
    ['compare', 'a.json', 'a.json', '--json'],
    ['recover'],
    ['clean'],
  ])('%s %s %s ends its last line, once', async (...args) => {
    const { context, out } = contextOf();
    writeFileSync(path.join(context.cwd, 'a.json'), JSON.stringify(measuredDocument(10)));
    expect(await main(args.filter(Boolean), context)).toBe(0);
    expect(out()).toMatch(/[^\n]\n$/);
  });
});

describe('the answer about money in words', () => {
  const answer: CostAnswer = {
    ...{ source: 'order', origin: null, region: 'us-east-1', pricesOf: '2026-11-24', perMonth: 1_000, freeTier: true },
    ...{ ways: [], types: null, architectures: [], architecturesWithout: [], warnings: [] },
  };
  const types = {
    ...{ recommendation: 'Express: cheaper.', breakEvenMs: 23_000, alwaysExpressFrom: 13, blockers: [] },
    volumes: [
      { executions: 4_000, cheaperAbove: 'second' },
      { executions: 90_000, cheaperAbove: 'first' },
    ],
  } as unknown as NonNullable<CostAnswer['types']>;

  it('says where one type becomes the cheaper, by duration and by volume', () => {
    const text = costText({ ...answer, types });
    expect(text).toContain('for executions below 23.0 s; from 13 transitions it always is within its 5 minutes.');
    expect(text).toContain(
      'With the free tier, Express is the cheaper from 4,000 executions a month; Standard is the cheaper from 90,000 executions a month.',
    );
    expect(text).toContain('free tier counted in the month');
  });

  it('never shows a sum that lacks something as if it were whole', () => {
    const way = {
      name: 'Express',
      type: 'EXPRESS',
      basis: 'assumed',
      executions: 0,
      complete: false,
      lines: [],
    } as const;
    const month = { executions: 1_000, freeTier: true, complete: false, lines: [], total: 0 };
    const text = costText({
      ...answer,
      ways: [{ ...way, perExecution: 0, perThousand: 0.002, perMillion: 2, month }],
      architectures: [{ id: 'x', name: 'X', lines: [], total: 4, perExecution: 0.004, complete: false }],
      architecturesWithout: ['SQS requests'],
    });
    expect(text).toMatch(/Express\s+assumed\s+\?\s+\$0\.00200 \+ \?\s+\$2\.00 \+ \?\s+\?/);
    expect(text).toMatch(/X\s+\$0\.00400 \+ \?\s+\$4\.00 \+ \?/);
    expect(text).toContain('SQS requests.');
  });

  it('leaves out what is not known, and says what cannot be said', () => {
    const text = costText({ ...answer, types: { ...types, breakEvenMs: null, volumes: [] } });
    expect(text).not.toMatch(/first-tier|With the free tier,/);
    expect(costText(answer)).toContain('Standard and Express cannot be compared: only one was measured');
    expect(costText({ ...answer, warnings: ['Prices are 400 days old.'] })).toMatch(/\n\nPrices are 400 days old\.\n$/);
  });
});
