/**
 * Entry of the sandbox: a worker thread that evaluates the expressions whose regular expressions could run for minutes.
 * Whoever asks watches the time and ends this thread; nothing here can.
 */
import { parentPort } from 'node:worker_threads';
import type { ScopeHost } from './contract';
import { clockBinding, hostBinding, LimitExceeded } from './jsonataFunctions';
import { plainResult, UnsupportedResult } from './jsonataResult';
import { prepare } from './jsonataRun';
import type { SandboxAnswer, SandboxRequest } from './sandboxClient';

parentPort?.on('message', (request: SandboxRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});

async function answer({ source, bindings, seed }: SandboxRequest): Promise<SandboxAnswer> {
  try {
    const host = seed === undefined ? undefined : seededHost(seed, bindings[clockBinding] as number);
    const result = await prepare(source, false).run({ ...bindings, [hostBinding]: host });
    return { kind: 'value', value: result === undefined ? undefined : plainResult(result) };
  } catch (error) {
    if (error instanceof UnsupportedResult) return { kind: 'unsupported' };
    const { code, message } = error as { code?: unknown; message?: unknown };
    const text = typeof message === 'string' ? message : String(error);
    return {
      kind: 'error',
      code: typeof code === 'string' && !(error instanceof LimitExceeded) ? code : undefined,
      message: text,
    };
  }
}

/** The engine's chance continued here from one number of it, so that a seeded run stays repeatable. */
function seededHost(seed: number, now: number): ScopeHost {
  let state = Math.floor(seed * 2 ** 32) >>> 0;
  // Mulberry32: small, and good enough for a workflow's random numbers.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const hex = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const uuid = (): string =>
    `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(Math.floor(random() * 4))}${hex(3)}-${hex(12)}`;
  return { now: () => now, random, uuid };
}
