import { expect, test } from 'vitest';
import { openToken, page, sealToken } from '../../../../src/server/states/paging';

const items = Array.from({ length: 10 }, (_, n) => `item${n}`);
const self = (item: string): string => item;

test('walks a list page by page', () => {
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const { items: slice, nextToken } = page(items, self, 'list', 3, token);
    seen.push(...slice);
    token = nextToken;
  } while (token !== undefined);
  expect(seen).toEqual(items);
});

test('0 asks for the most there may be; a page that ends the list has no token', () => {
  expect(page(items, self, 'list', 0)).toEqual({ items });
  expect(page(items, self, 'list', 10).nextToken).toBeUndefined();
  expect(page(items, self, 'list', 0, undefined, 4).items).toHaveLength(4);
  expect(page([], self, 'list', 5)).toEqual({ items: [] });
});

test('what is put in front between two pages does not move the second', () => {
  const { nextToken } = page(items, self, 'list', 4);
  expect(page(['new', ...items], self, 'list', 2, nextToken).items).toEqual(['item4', 'item5']);
});

test.each([
  '',
  'nonsense',
  Buffer.from('{"a":1}').toString('base64'),
  Buffer.from('["other","item3"]').toString('base64'),
  sealToken('list', 'gone'),
])('%j is no token of this list', (token) => {
  expect(() => page(items, self, 'list', 2, token)).toThrow(
    expect.objectContaining({ code: 'InvalidToken', message: "Invalid Token: 'Invalid token'" }),
  );
});

test('a token names a position', () => {
  expect(openToken('history', sealToken('history', 17))).toBe(17);
  expect(() => openToken('history', sealToken('other', 17))).toThrow('Invalid Token');
});
