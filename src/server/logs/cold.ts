/**
 * Messages that have become old, in blocks off the heap: what states log of an order repeats it and deflates to a tenth. Blocks follow
 * the order of time, as readers do, so that a reader inflates each once.
 */
import { deflateRaw, inflateRawSync } from 'node:zlib';

/** Characters of a block. */
const full = 256 * 1024;

/** What holds a message until it is old. */
export interface Cooling {
  readonly message: string;
  cool(block: ColdBlock, place: number): void;
}

export class ColdBlock {
  /** The block that was read last stays inflated. */
  static #last: ColdBlock | undefined;
  #whole: string | undefined;

  constructor(
    private readonly bytes: Buffer,
    /** Where each message ends. */
    private readonly ends: Uint32Array,
  ) {}

  message(place: number): string {
    if (this.#whole === undefined) {
      if (ColdBlock.#last) ColdBlock.#last.#whole = undefined;
      ColdBlock.#last = this;
      this.#whole = inflateRawSync(this.bytes).toString('utf8');
    }
    return this.#whole.slice(this.ends[place - 1] ?? 0, this.ends[place]);
  }
}

/** Deflates the messages off this thread, in their order, and tells each its block once it is there. */
export const cool = (events: readonly Cooling[]): void => {
  for (let from = 0; from < events.length;) {
    const ends: number[] = [];
    let whole = '';
    while (whole.length < full && from + ends.length < events.length) {
      whole += events[from + ends.length]?.message ?? '';
      ends.push(whole.length);
    }
    const its = events.slice(from, from + ends.length);
    from += ends.length;
    deflateRaw(Buffer.from(whole), { level: 1 }, (error, bytes) => {
      if (error) return;
      // A copy: zlib's own is a slice that holds on to 16 kB.
      const block = new ColdBlock(Buffer.from(bytes), Uint32Array.from(ends));
      its.forEach((event, place) => event.cool(block, place));
    });
  }
};
