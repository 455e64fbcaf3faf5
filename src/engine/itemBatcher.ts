/** ItemBatcher: items in groups, by number and by bytes. */
import type { Json } from '../model/json';
import { payloadBytes } from './limits';

/**
 * Groups in order, none above what a child's input may have; 0 or undefined is no further bound. `around` is the bytes of a
 * child's input besides its items. An item too large on its own makes a group of its own.
 */
export const batches = (
  items: readonly Json[],
  maxItems: number | undefined,
  maxBytes: number | undefined,
  around = 0,
): Json[][] => {
  const most = maxItems || Number.POSITIVE_INFINITY;
  const room = Math.min(maxBytes || Number.POSITIVE_INFINITY, payloadBytes - around);
  const groups: Json[][] = [];
  let group: Json[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (group.length > 0 && (group.length >= most || bytes + size > room)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) groups.push(group);
  return groups;
};

/** What the children of a batching Map are started with, and how many items are in each. */
export const batchInputs = (
  items: readonly Json[],
  maxItems: number | undefined,
  maxBytes: number | undefined,
  batchInput: Json | undefined,
): { readonly input: Json; readonly items: number }[] => {
  const inputOf = (group: readonly Json[]): Json =>
    batchInput === undefined ? { Items: group } : { BatchInput: batchInput, Items: group };
  const around = Buffer.byteLength(JSON.stringify(inputOf([])));
  return batches(items, maxItems, maxBytes, around).map((group) => ({ input: inputOf(group), items: group.length }));
};
