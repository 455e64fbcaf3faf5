/**
 * Uniform in [0, 1), reproducible from a seed: Marsaglia's xorshift on 32 bits (J. Stat. Software 8/14, shifts 13-17-5)
 * after one multiplicative mix, so that neighbouring seeds do not begin alike. Enough for jitter, order and inputs.
 */
export const createRandom = (seed: number): (() => number) => {
  let state = Math.imul((seed >>> 0) ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 0x6d2b79f5;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
};

/** In place, uniformly (Fisher and Yates). */
export const shuffle = <T>(items: T[], random: () => number): T[] => {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
};

/** A version 4 UUID from the generator: the same run has the same ids. */
export const randomUuid = (random: () => number): string => {
  let hex = '';
  for (let i = 0; i < 32; i++) hex += Math.floor(random() * 16).toString(16);
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
