/** ItemReader: the items of a distributed Map out of objects that stand for S3. */
import type { Json, JsonObject } from '../model/json';
import { isObject } from '../model/json';
import { parseCsv } from './csv';
import type { EngineHost } from './contract';
import type { ReaderFields } from './nodes';

/** Reading failed; the message is States.ItemReaderFailed's cause. */
export class ItemReaderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ItemReaderError';
  }
}

/** `parameters` evaluated: Bucket and Key or Prefix. `maxItems` 0 or undefined: all. Throws ItemReaderError. */
export const readItems = async (
  host: Pick<EngineHost, 'objects'>,
  reader: ReaderFields,
  parameters: Json,
  maxItems: number | undefined,
): Promise<readonly Json[]> => {
  const fields = isObject(parameters) ? parameters : {};
  const bucket = text(fields, 'Bucket');
  const items =
    reader.inputType === 'LIST'
      ? await listObjects(host, bucket, typeof fields['Prefix'] === 'string' ? fields['Prefix'] : '')
      : await readObject(host, reader, bucket, text(fields, 'Key'));
  return maxItems === undefined || maxItems === 0 ? items : items.slice(0, maxItems);
};

const text = (fields: JsonObject, name: string): string => {
  const value = fields[name];
  if (typeof value !== 'string') throw new ItemReaderError(`The ItemReader needs a ${name}.`);
  return value;
};

const listObjects = async (
  host: Pick<EngineHost, 'objects'>,
  bucket: string,
  prefix: string,
): Promise<readonly Json[]> => {
  const found = await host.objects?.list(bucket, prefix);
  if (!found) throw noBucket(bucket);
  return found;
};

const noBucket = (bucket: string): ItemReaderError =>
  new ItemReaderError(`The specified bucket does not exist (Bucket: ${bucket})`);

const body = async (host: Pick<EngineHost, 'objects'>, bucket: string, key: string): Promise<string> => {
  const found = await host.objects?.get(bucket, key);
  if (!found && (await host.objects?.list(bucket, key)) === undefined) throw noBucket(bucket);
  if (!found) throw new ItemReaderError(`The specified key does not exist. (Bucket: ${bucket}, Key: ${key})`);
  return found.toString('utf8');
};

const readObject = async (
  host: Pick<EngineHost, 'objects'>,
  reader: ReaderFields,
  bucket: string,
  key: string,
): Promise<readonly Json[]> => {
  const content = await body(host, bucket, key);
  return reader.inputType === 'MANIFEST' ? manifestItems(host, content, bucket) : itemsIn(content, reader);
};

/** The items of an object's text; of a manifest or a list of objects, what the text itself lists. Throws ItemReaderError. */
export const itemsIn = (content: string, reader: ReaderFields): readonly Json[] => {
  switch (reader.inputType) {
    case 'CSV':
      return csvItems(content, reader);
    case 'JSONL':
      return jsonLines(content);
    case 'JSON':
    case 'LIST':
    case 'MANIFEST':
      return jsonItems(content, reader);
    default:
      throw new ItemReaderError(
        `InputType ${reader.inputType} cannot be read here; CSV, JSON, JSONL and MANIFEST can.`,
      );
  }
};

const parse = (content: string): Json => {
  try {
    return JSON.parse(content) as Json;
  } catch {
    throw new ItemReaderError('Attempting to parse the file as JSON failed: the file is not valid JSON.');
  }
};

const jsonItems = (content: string, reader: ReaderFields): readonly Json[] => {
  const pointer = reader.itemsPointer;
  const found = pointer === undefined ? parse(content) : pointed(parse(content), pointer);
  if (Array.isArray(found)) return found as readonly Json[];
  // An object's members are items where a pointer chose it; a file that is an object is no list of items.
  if (pointer !== undefined && isObject(found))
    return Object.entries(found).map(([Key, Value]) => ({ Key, Value: Value ?? null }));
  throw new ItemReaderError('Attempting to map over non-iterable node.');
};

/** A JSON pointer (RFC 6901). */
const pointed = (value: Json, pointer: string): Json => {
  let at: Json | undefined = value;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replace(/~1/g, '/').replace(/~0/g, '~');
    at = Array.isArray(at) ? (at as readonly Json[])[Number(name)] : isObject(at) ? at[name] : undefined;
    if (at === undefined) throw new ItemReaderError(`The ItemsPointer ${pointer} leads nowhere.`);
  }
  return at;
};

const jsonLines = (content: string): readonly Json[] =>
  content
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(parse);

const csvItems = (content: string, reader: ReaderFields): readonly Json[] => {
  let rows: string[][];
  try {
    rows = parseCsv(content, reader.delimiter);
  } catch (thrown) {
    throw new ItemReaderError(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const headers = reader.headerLocation === 'GIVEN' ? (reader.headers ?? []) : (rows.shift() ?? []);
  if (new Set(headers).size < headers.length) throw new ItemReaderError('CSV headers cannot contain duplicates.');
  return rows.map((row) => {
    const item: Record<string, string> = {};
    // A short row's missing fields are empty; what a long row has too much is left out.
    for (const [column, header] of headers.entries()) item[header] = row[column] ?? '';
    return item;
  });
};

/** An S3 inventory: the manifest names gzip-less CSV files whose columns its `fileSchema` names. */
const manifestItems = async (
  host: Pick<EngineHost, 'objects'>,
  content: string,
  bucket: string,
): Promise<readonly Json[]> => {
  const manifest = parse(content);
  const files =
    isObject(manifest) && Array.isArray(manifest['files']) ? (manifest['files'] as Json[]).filter(isObject) : [];
  const schema = isObject(manifest) && typeof manifest['fileSchema'] === 'string' ? manifest['fileSchema'] : '';
  const headers = schema.split(',').map((name) => name.trim());
  const items: Json[] = [];
  for (const file of files) {
    const rows = parseCsv(await body(host, bucket, text(file, 'key')), ',');
    for (const row of rows)
      items.push(Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ''])));
  }
  return items;
};
