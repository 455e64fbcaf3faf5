import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parsePriceList, parsePriceTable, priceTable, refreshTable, type PriceChange, type PriceTable } from '../cost';
import { ExpectedError, messageOf } from '../model/errors';
import { formatNumber } from '../model/format';
import { usageError, type Command } from './command';
import { writeOut } from './output';

/** Only Step Functions' own names of usage types are verified; the list of another service is read where it matches the table's. */
const listUrl = (service: string, region: string): string =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${service}/current/${region}/index.json`;

const secondsToWait = 20;

const fetchList = async (url: string, signal: AbortSignal): Promise<unknown> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(secondsToWait * 1000)]) });
    if (!response.ok)
      throw new ExpectedError(`The price list answered ${response.status} for ${url}. Is the region right?`);
    return await response.json();
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const cause = error instanceof Error && error.cause ? ` (${messageOf(error.cause)})` : '';
    throw new ExpectedError(
      `The price list cannot be reached: ${messageOf(error)}${cause}. Without a network the shipped prices of ${priceTable().date} stand; --from FILE reads a list fetched elsewhere.`,
    );
  }
};

const readJson = async (file: string, cwd: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path.resolve(cwd, file), 'utf8')) as unknown;
  } catch (error) {
    throw usageError(`${file} cannot be read: ${messageOf(error)}`);
  }
};

/** The table to price with: a saved one, else the shipped. @throws ExpectedError (usage) with all that is wrong with it. */
export const readTable = async (file: string | undefined, cwd: string): Promise<PriceTable> => {
  if (file === undefined) return priceTable();
  const parsed = parsePriceTable(await readJson(file, cwd));
  if (!parsed.ok) throw usageError(`${file}: ${parsed.problems.join('\n')}`);
  return parsed.table;
};

const tiers = (list: PriceChange['after'] | null): string =>
  list === null
    ? 'not known'
    : list
        .map(({ rate, upTo }) => `$${formatNumber(rate)}${upTo === null ? '' : ` up to ${formatNumber(upTo)}`}`)
        .join(', ');

/** `stepbench prices`: what the public price list would change in the shipped table. */
export const pricesCommand: Command = {
  name: 'prices',
  summary:
    'Fetch the public AWS price list and show what changed against the table in use. Nothing is sent but the request; no account is needed.',
  operands: '',
  least: 0,
  most: 0,
  options: [
    { name: 'region', value: 'R', help: 'us-east-1 unless told' },
    { name: 'service', value: 'CODE', help: 'AmazonStates unless told' },
    { name: 'from', value: 'FILE', help: 'read an offer file instead of fetching it' },
    { name: 'prices', value: 'FILE', help: 'compare with this table instead of the shipped one' },
    { name: 'save', value: 'FILE', help: 'write the refreshed table, for stepbench cost --prices FILE' },
    { name: 'json', help: 'print the changes as JSON and nothing else' },
  ],
  run: async (parsed, context) => {
    const table = await readTable(parsed.text('prices'), context.cwd);
    const from = parsed.text('from');
    const region = parsed.text('region') ?? 'us-east-1';
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw usageError(`“${region}” is no region.`);
    const service = parsed.text('service') ?? 'AmazonStates';
    if (!Object.values(table.prices).some((price) => price.service === service))
      throw usageError(
        `The table has no price of “${service}”. It has: ${[...new Set(Object.values(table.prices).map((price) => price.service))].join(', ')}.`,
      );
    const value =
      from === undefined
        ? await fetchList(listUrl(service, region), context.signal)
        : await readJson(from, context.cwd);
    const read = parsePriceList(value, table);
    if (!read.ok) throw new ExpectedError(`The price list cannot be used: ${read.problem}`);
    const { table: refreshed, changes } = refreshTable(table, read.list);
    const save = parsed.text('save');
    if (save !== undefined) await writeOut(context.cwd, save, `${JSON.stringify(refreshed, null, 2)}\n`);
    if (parsed.flag('json'))
      context.stdout.write(
        `${JSON.stringify({ publishedAt: read.list.publishedAt, read: read.list.prices.length, changes })}\n`,
      );
    else {
      const lines = changes.map(
        ({ id, region: where, before, after }) => `${id} in ${where}: ${tiers(before)} → ${tiers(after)}`,
      );
      context.stdout.write(
        [
          `${read.list.prices.length} prices of ${service}, published ${read.list.publishedAt}; the table is of ${table.date}.`,
          ...(lines.length > 0 ? lines : ['Nothing changed.']),
          ...(save === undefined ? [] : [`${save} was written.`]),
        ].join('\n') + '\n',
      );
    }
    return 0;
  },
};
