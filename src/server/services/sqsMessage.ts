/** A queue's message: its attributes, their digest, and how it is shown. */
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../model/json';
import { ServiceError } from '../contract';
import { text } from './protocol';

export interface Attribute {
  readonly type: string;
  readonly value: string | Buffer;
}

export type Attributes = ReadonlyMap<string, Attribute>;

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Attributes;
  /** Epoch ms. */
  readonly sent: number;
  visibleFrom: number;
  receives: number;
  firstReceived?: number;
  /** The handle of the last receive. */
  receipt?: string;
  readonly group?: string;
  readonly deduplication?: string;
  /** Of a FIFO queue: 20 digits, growing. */
  readonly sequence?: string;
}

const md5 = (data: string | Buffer): string => createHash('md5').update(data).digest('hex');
export const bodyDigest = (body: string): string => md5(body);

/** MD5 of message attributes as the SQS developer guide defines it: by name, each part led by its length in four bytes. */
export function attributesDigest(attributes: Attributes): string | undefined {
  if (attributes.size === 0) return undefined;
  const parts: Buffer[] = [];
  const add = (value: string | Buffer): void => {
    const bytes = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const [name, { type, value }] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(name);
    add(type);
    parts.push(Buffer.from([typeof value === 'string' ? 1 : 2]));
    add(value);
  }
  return md5(Buffer.concat(parts));
}

/** `{Name: {DataType, StringValue | BinaryValue}}` of a request. */
export function parseAttributes(value: Json | undefined): Attributes {
  const attributes = new Map<string, Attribute>();
  if (!isObject(value)) return attributes;
  for (const [name, given] of Object.entries(value)) {
    const type = isObject(given) ? text(given.DataType) : undefined;
    if (!isObject(given) || type === undefined) {
      throw new ServiceError(
        'InvalidParameterValue',
        `The message attribute '${name}' must contain a non-empty message attribute type.`,
        400,
      );
    }
    const binary = text(given.BinaryValue);
    const plain = given.StringValue;
    if (binary !== undefined) attributes.set(name, { type, value: Buffer.from(binary, 'base64') });
    else if (plain !== undefined && plain !== null)
      attributes.set(name, { type, value: typeof plain === 'string' ? plain : JSON.stringify(plain) });
    else
      throw new ServiceError(
        'InvalidParameterValue',
        `The message attribute '${name}' must contain a value of its type '${type}'.`,
        400,
      );
  }
  return attributes;
}

export function showAttributes(attributes: Attributes): JsonObject {
  const shown: Record<string, Json> = {};
  for (const [name, { type, value }] of attributes) {
    shown[name] =
      typeof value === 'string'
        ? { StringValue: value, DataType: type }
        : { BinaryValue: value.toString('base64'), DataType: type };
  }
  return shown;
}

/** Those of the attributes that a receive asks for: names, prefixes `a.*`, or all. */
export function selectAttributes(attributes: Attributes, names: readonly string[]): Attributes {
  const wanted = (name: string): boolean =>
    names.some((n) => n === 'All' || n === '.*' || n === name || (n.endsWith('.*') && name.startsWith(n.slice(0, -2))));
  return new Map([...attributes].filter(([name]) => wanted(name)));
}
