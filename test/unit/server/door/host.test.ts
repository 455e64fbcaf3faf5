import { describe, expect, test } from 'vitest';
import { isLoopbackAddress, isLoopbackHost } from '../../../../src/server/door/host';

describe('the Host header', () => {
  test.each([
    '127.0.0.1:8080',
    '127.0.0.1',
    'localhost:1',
    'LOCALHOST',
    '[::1]:80',
    'sync-localhost:8080',
    'sync-127.0.0.1:8080',
    'bucket.localhost:80',
    '127.1.2.3',
  ])('%s is ours', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  test.each([
    undefined,
    '',
    'example.com',
    '127.0.0.1.example.com',
    'localhost.example.com:80',
    'evil-localhost',
    '10.0.0.1:80',
    '127.0.0.1:80@evil',
    'localhost:123456',
    '0.0.0.0',
  ])('%s is foreign', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

test('addresses', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.8.8.8'].every(isLoopbackAddress)).toBe(true);
  expect(['10.0.0.1', '::ffff:10.0.0.1', '::2', '', undefined].some(isLoopbackAddress)).toBe(false);
});
