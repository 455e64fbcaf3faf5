export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB each. */
  readonly pixels: Uint32Array;
}
export function decode(png: Buffer): Picture;
export function shrink(png: Buffer): Buffer;
export function animate(frames: readonly { readonly png: Buffer; readonly ms: number }[]): Buffer;
