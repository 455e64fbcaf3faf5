/** Pages of a list: `maxResults` (0 means the most) and opaque tokens that are good only for the list they came from. */
import { ServiceError } from '../contract';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

const badToken = (): ServiceError => new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");

/** A token that names a position in the list `scope`. */
export const sealToken = (scope: string, position: string | number): string =>
  Buffer.from(JSON.stringify([scope, position])).toString('base64');

/** The position a token names. Throws InvalidToken where it is not one of this list's. */
export function openToken(scope: string, token: string): string | number {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
  } catch {
    throw badToken();
  }
  if (!Array.isArray(value) || value[0] !== scope || (typeof value[1] !== 'string' && typeof value[1] !== 'number'))
    throw badToken();
  return value[1];
}

/**
 * One page of `items`, which stand in the order of their keys' list. The token names the last item of the page before, so
 * that what is added or deleted between two pages neither repeats nor hides anything else.
 */
export function page<T>(
  items: readonly T[],
  keyOf: (item: T) => string | number,
  scope: string,
  maxResults = 0,
  token?: string,
  most = 1000,
): Page<T> {
  let from = 0;
  if (token !== undefined) {
    const last = openToken(scope, token);
    const at = items.findIndex((item) => keyOf(item) === last);
    if (at < 0) throw badToken();
    from = at + 1;
  }
  const size = maxResults === 0 ? most : maxResults;
  const slice = items.slice(from, from + size);
  const last = slice[slice.length - 1];
  if (last === undefined || from + size >= items.length) return { items: slice };
  return { items: slice, nextToken: sealToken(scope, keyOf(last)) };
}
