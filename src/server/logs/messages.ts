/**
 * The messages of a log group in blocks, deflated off this thread once they are full: what states log of an order repeats it, and
 * takes a tenth of its room. Short logs are left as they are.
 */
import { deflateRaw, inflateRawSync } from 'node:zlib';

/** Characters from which a block is full. */
const full = 256 * 1024;
/** Characters of a group that stay as they are. */
const roomy = 4 * 1024 * 1024;
/** Blocks that stay inflated while they are read: the order of time mixes neighbours. */
const recent = 4;

export class MessageBlock {
  constructor(private readonly onInflated: (block: MessageBlock) => void) {}

  /** While it is filled. */
  #texts: string[] | undefined = [];
  readonly #ends: number[] = [];
  #whole: string | undefined;
  #packed: Buffer | undefined;

  get length(): number {
    return this.#ends.at(-1) ?? 0;
  }

  get isDeflated(): boolean {
    return this.#packed !== undefined;
  }

  /** Answers the message's place. */
  add(message: string): number {
    this.#texts?.push(message);
    return this.#ends.push(this.length + message.length) - 1;
  }

  lengthOf(place: number): number {
    return (this.#ends[place] ?? 0) - (this.#ends[place - 1] ?? 0);
  }

  message(place: number): string {
    if (this.#texts) return this.#texts[place] ?? '';
    if (this.#whole === undefined) {
      this.#whole = inflateRawSync(this.#packed ?? Buffer.of()).toString('utf8');
      this.onInflated(this);
    }
    return this.#whole.slice(this.#ends[place - 1] ?? 0, this.#ends[place]);
  }

  /** Nothing is added any more. */
  close(): void {
    const whole = (this.#texts ?? []).join('');
    deflateRaw(Buffer.from(whole), { level: 1 }, (error, bytes) => {
      if (error) return;
      // A copy: zlib's own is a slice that holds on to 16 kB.
      this.#packed = Buffer.from(bytes);
      this.#texts = undefined;
    });
  }

  /** Lets go of what it was inflated to. */
  rest(): void {
    this.#whole = undefined;
  }
}

/** Those of one group. */
export class Messages {
  readonly #inflated: MessageBlock[] = [];
  readonly #onInflated = (block: MessageBlock): void => {
    this.#inflated.push(block);
    if (this.#inflated.length > recent) this.#inflated.shift()?.rest();
  };
  #open = new MessageBlock(this.#onInflated);
  #kept = 0;

  add(message: string): { readonly block: MessageBlock; readonly place: number } {
    const block = this.#open;
    const place = block.add(message);
    if (block.length >= full) {
      if (this.#kept >= roomy) block.close();
      else this.#kept += block.length;
      this.#open = new MessageBlock(this.#onInflated);
    }
    return { block, place };
  }
}
