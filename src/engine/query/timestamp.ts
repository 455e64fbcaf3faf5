/** Timestamps as ASL takes them: ISO 8601 extended offset date-time, RFC 3339's profile of it. */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2}(?::\d{2})?)$/;

/** Epoch ms with a fraction, or undefined for a text that is no such timestamp (a thirteenth month, no offset, …). */
export function parseTimestamp(text: string): number | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const offset = offsetSeconds(match[8] as string);
  if (offset === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const fraction = match[7] ? Number(`0.${match[7]}`) * 1000 : 0;
  return date.getTime() - offset * 1000 + fraction;
}

const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate();

function offsetSeconds(text: string): number | undefined {
  if (text === 'Z') return 0;
  const [hours, minutes, seconds = 0] = text.slice(1).split(':').map(Number) as [number, number, number?];
  if (hours > 18 || minutes > 59 || seconds > 59 || (hours === 18 && minutes + seconds > 0)) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}
