import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { animate, decode, shrink } from '../../editor/png.mjs';

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

/** A screenshot as Chromium writes one: 8 bits a channel, RGB, no filter. */
const screenshot = (width: number, rows: readonly (readonly number[])[]): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = rows.map((row) =>
    Buffer.from([0, ...row.flatMap((pixel) => [pixel >> 16, (pixel >> 8) & 255, pixel & 255])]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

const chunksOf = (png: Buffer): { type: string; data: Buffer }[] => {
  const found = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
};

/** What a viewer shows after the last frame: each laid over the one before, clear pixels left as they are. */
const played = (png: Buffer): number[] => {
  const chunks = chunksOf(png);
  const header = chunks[0]!.data;
  const width = header.readUInt32BE(0);
  const palette = chunks.find(({ type }) => type === 'PLTE')!.data;
  const alpha = chunks.find(({ type }) => type === 'tRNS')!.data;
  const canvas = Array.from({ length: width * header.readUInt32BE(4) }, () => -1);
  let [w, h, x, y] = [0, 0, 0, 0];
  for (const { type, data } of chunks) {
    if (type === 'fcTL')
      [w, h, x, y] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at)) as [number, number, number, number];
    if (type !== 'IDAT' && type !== 'fdAT') continue;
    const raw = inflateSync(type === 'fdAT' ? data.subarray(4) : data);
    for (let row = 0; row < h; row++)
      for (let column = 0; column < w; column++) {
        const place = raw[row * (w + 1) + 1 + column]!;
        if (alpha[place] === 0) continue;
        canvas[(y + row) * width + x + column] = palette.readUIntBE(place * 3, 3);
      }
  }
  return canvas;
};

const [blue, grey, white] = [0x3794ff, 0x1e1e1e, 0xffffff];

describe('pictures of the editor', () => {
  it('are the same picture in fewer colours', () => {
    const png = screenshot(3, [
      [blue, grey, grey],
      [grey, white, blue],
    ]);
    expect([...decode(png).pixels]).toEqual([blue, grey, grey, grey, white, blue]);
    const small = chunksOf(shrink(png));
    expect(small.map(({ type }) => type)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  });

  it('move: what changed lies over what did not', () => {
    const frames = [
      [
        [grey, grey, grey, grey],
        [grey, grey, grey, grey],
        [grey, grey, grey, grey],
      ],
      [
        [grey, blue, grey, grey],
        [grey, grey, grey, grey],
        [grey, grey, white, grey],
      ],
      [
        [grey, blue, grey, white],
        [grey, grey, grey, grey],
        [grey, grey, grey, grey],
      ],
    ].map((rows, index) => ({ png: screenshot(4, rows), ms: 100 * (index + 1) }));
    const moving = animate(frames);
    expect(played(moving)).toEqual([...decode(frames[2]!.png).pixels]);
    const controls = chunksOf(moving).filter(({ type }) => type === 'fcTL');
    expect(controls.map(({ data }) => data.readUInt16BE(20))).toEqual([100, 200, 300]);
    // Kept after each frame; laid over it from the second on.
    expect(controls.map(({ data }) => [data[24], data[25]])).toEqual([
      [0, 0],
      [0, 1],
      [0, 1],
    ]);
  });

  it('stand still where nothing changed', () => {
    const png = screenshot(2, [[blue, grey]]);
    expect(played(animate([png, png, png].map((each) => ({ png: each, ms: 50 }))))).toEqual([blue, grey]);
  });
});
