/** From an offset within a text's value to an offset within the source, escapes counted. */
import type { ScalarNode } from './sourceTree';

export interface OffsetSpan {
  readonly start: number;
  readonly end: number;
}

/** Falls back to the whole scalar where its value and its source do not correspond letter by letter (YAML blocks). */
export function spanOfText(source: string, node: ScalarNode, within: OffsetSpan): OffsetSpan {
  const raw = source.slice(node.start, node.end);
  const value = String(node.value);
  const map = raw.startsWith('"') ? jsonOffsets(raw) : undefined;
  if (map && map.length === value.length + 1)
    return {
      start: node.start + (map[within.start] ?? 0),
      end: node.start + (map[Math.min(within.end, value.length)] ?? raw.length),
    };
  const plain = raw.indexOf(value);
  if (plain >= 0)
    return { start: node.start + plain + within.start, end: node.start + plain + Math.min(within.end, value.length) };
  return node;
}

/** For each UTF-16 unit of a double-quoted text's value, where it begins in the source; one more for its end. */
function jsonOffsets(raw: string): number[] {
  const offsets: number[] = [];
  let at = 1;
  while (at < raw.length - 1) {
    offsets.push(at);
    if (raw[at] !== '\\') at += 1;
    else at += raw[at + 1] === 'u' ? 6 : 2;
  }
  offsets.push(at);
  return offsets;
}
