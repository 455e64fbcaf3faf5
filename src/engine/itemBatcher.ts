/** ItemBatcher: items in groups, by number and by bytes. */
import type { Json } from '../model/json';

/** Groups in order; 0 or undefined is no bound. An item too large on its own makes a group of its own. */
export const batches = (
  items: readonly Json[],
  maxItems: number | undefined,
  maxBytes: number | undefined,
): Json[][] => {
  const most = maxItems || Number.POSITIVE_INFINITY;
  const room = maxBytes || Number.POSITIVE_INFINITY;
  const groups: Json[][] = [];
  let group: Json[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = room === Number.POSITIVE_INFINITY ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
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
