/** Chance that can be repeated. */
import { randomBytes } from 'node:crypto';

/** Uniform in [0, 1). mulberry32: 32 bits of state, period 2³², passes gjrand's small crush; enough for routing and latencies. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Keys of the form AWS gives, new for every server: no page or other user of the machine can guess them. */
export function randomCredentials(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return {
    accessKeyId: `AKIA${[...randomBytes(16)].map((byte) => base32[byte & 31]).join('')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}
