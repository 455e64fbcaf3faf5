import { setTimeout as sleep } from 'node:timers/promises';

/** How long anything may take on a machine that does much else: waiting costs nothing where it is not needed, ms. */
export const patience = 300_000;

/** Polls until `check` answers something true; what it answered or threw last is what a failure shows. */
export async function until(what, check, timeoutMs = patience) {
  const end = Date.now() + timeoutMs;
  let last;
  do {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  } while (Date.now() < end);
  throw new Error(`waited ${timeoutMs / 1000} s for ${what}; last: ${String(last)}`);
}

/** Whether it comes true within a while; for a step that is taken again where it was not. */
export const within = (timeoutMs, check) =>
  until('', check, timeoutMs).then(
    () => true,
    () => false,
  );
