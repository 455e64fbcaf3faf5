/** AWS's hard limits that the interpreter itself keeps (service quotas page, facts §2). */

/** Bytes of UTF-8 a state's input, output or a task's result may have: 256 KiB. */
export const payloadBytes = 262_144;

/** Events of a Standard execution's history. */
export const historyEvents = 25_000;

/**
 * Events of an Express execution before it counts as having used up its five minutes: ours, not AWS's, which comes through
 * far fewer in that time. Without it a loop would take all memory, and on a virtual clock never end.
 */
export const expressEvents = 200_000;

/** Iterations of an inline Map that run at the same time where MaxConcurrency is 0 or absent. */
export const inlineConcurrency = 40;

/** Parallel children of one Map Run. */
export const childConcurrency = 10_000;

/** Milliseconds after which an Express execution is over. */
export const expressMs = 300_000;

/** Whether a text is longer than a payload may be; counts bytes only where the characters alone do not decide. */
export const exceedsPayload = (text: string): boolean =>
  text.length > payloadBytes || (text.length * 3 > payloadBytes && Buffer.byteLength(text) > payloadBytes);
