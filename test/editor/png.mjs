// Pictures made small: screenshots as PNGs of 256 colours, and several of them as one animated PNG that holds only what
// changes. Formats: PNG specification (third edition), chunks IHDR, PLTE, IDAT, acTL, fcTL and fdAT.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function* chunks(png) {
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
};

const words = (...values) => {
  const out = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => out.writeUInt32BE(value, index * 4));
  return out;
};

const paeth = (left, up, corner) => {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
};

/** Undoes the five filters of a scan line, in place. */
function unfilter(filter, line, above, step) {
  for (let x = 0; x < line.length; x++) {
    const left = x >= step ? line[x - step] : 0;
    const up = above ? above[x] : 0;
    const corner = above && x >= step ? above[x - step] : 0;
    line[x] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
  }
}

/** A screenshot (8 bits a channel, RGB or RGBA, not interlaced) as `{width, height, pixels}`; a pixel is 0xRRGGBB. */
export function decode(png) {
  const parts = [...chunks(png)];
  const header = parts.find(({ type }) => type === 'IHDR').data;
  const [width, height, depth, colour, , , interlaced] = [
    header.readUInt32BE(0),
    header.readUInt32BE(4),
    ...header.subarray(8),
  ];
  if (depth !== 8 || ![2, 6].includes(colour) || interlaced) throw new Error('not a screenshot of Chromium');
  const step = colour === 6 ? 4 : 3;
  const raw = inflateSync(Buffer.concat(parts.filter(({ type }) => type === 'IDAT').map(({ data }) => data)));
  const pixels = new Uint32Array(width * height);
  let above;
  for (let y = 0; y < height; y++) {
    const at = y * (width * step + 1);
    const line = raw.subarray(at + 1, at + 1 + width * step);
    unfilter(raw[at], line, above, step);
    for (let x = 0; x < width; x++)
      pixels[y * width + x] = (line[x * step] << 16) | (line[x * step + 1] << 8) | line[x * step + 2];
    above = line;
  }
  return { width, height, pixels };
}

const distance = (a, b) =>
  ((a >> 16) - (b >> 16)) ** 2 * 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 * 4 + ((a & 255) - (b & 255)) ** 2 * 3;

/**
 * The colours (256 unless told) that stand for all of `pictures`, and the way to them: the most frequent ones as they are, then the most
 * frequent of each neighbourhood.
 */
function palette(pictures, most = 256) {
  const counts = new Map();
  for (const { pixels } of pictures) for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const regions = new Map();
  for (const [colour, count] of counts) {
    const region = ((colour >> 19) << 10) | (((colour >> 11) & 31) << 5) | ((colour & 255) >> 3);
    const known = regions.get(region) ?? { count: 0, most: 0, colour };
    regions.set(region, {
      count: known.count + count,
      ...(count > known.most ? { most: count, colour } : { most: known.most, colour: known.colour }),
    });
  }
  const exact = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 96)
    .map(([colour]) => colour);
  const others = [...regions.values()].sort((a, b) => b.count - a.count).map(({ colour }) => colour);
  const colours = [...new Set([...exact, ...others])].slice(0, most);
  const index = new Map();
  const nearest = (colour) => {
    let found = index.get(colour);
    if (found === undefined) {
      found = 0;
      for (let i = 1; i < colours.length; i++)
        if (distance(colour, colours[i]) < distance(colour, colours[found])) found = i;
      index.set(colour, found);
    }
    return found;
  };
  return { colours, nearest };
}

const paletteChunk = (colours) =>
  chunk('PLTE', Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])));

/** In a moving picture the last place of the palette is clear: what was there before shines through. */
const clear = 255;

/** Scan lines of a part of a picture, each by its place in the palette, packed; clear where it is as it was `before`. */
const packed = ({ width, pixels }, { x, y, w, h }, nearest, before) => {
  const raw = Buffer.alloc(h * (w + 1));
  for (let row = 0; row < h; row++)
    for (let column = 0; column < w; column++) {
      const at = (y + row) * width + x + column;
      const place = nearest(pixels[at]);
      raw[row * (w + 1) + 1 + column] = before && nearest(before.pixels[at]) === place ? clear : place;
    }
  return deflateSync(raw, { level: 9, memLevel: 9 });
};

const headerChunk = ({ width, height }) =>
  chunk('IHDR', Buffer.concat([words(width, height), Buffer.from([8, 3, 0, 0, 0])]));
const all = ({ width, height }) => ({ x: 0, y: 0, w: width, h: height });

/** The picture again, in 256 colours. */
export function shrink(png) {
  const picture = decode(png);
  const { colours, nearest } = palette([picture]);
  return Buffer.concat([
    signature,
    headerChunk(picture),
    paletteChunk(colours),
    chunk('IDAT', packed(picture, all(picture), nearest)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The smallest rectangle outside which nothing changed; one pixel where nothing did. */
function changed(before, after) {
  let [left, top, right, bottom] = [after.width, after.height, -1, -1];
  for (let y = 0; y < after.height; y++)
    for (let x = 0; x < after.width; x++)
      if (before.pixels[y * after.width + x] !== after.pixels[y * after.width + x]) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
  return right < 0 ? { x: 0, y: 0, w: 1, h: 1 } : { x: left, y: top, w: right - left + 1, h: bottom - top + 1 };
}

/** `frames`: `{png, ms}[]`, at least one, of one size; it repeats for ever. */
export function animate(frames) {
  const pictures = frames.map(({ png }) => decode(png));
  const { colours, nearest } = palette(pictures, clear);
  const places = [...colours, ...Array.from({ length: clear + 1 - colours.length }, () => 0)];
  const alpha = Buffer.alloc(clear + 1, 255);
  alpha[clear] = 0;
  let sequence = 0;
  const parts = [
    signature,
    headerChunk(pictures[0]),
    chunk('acTL', words(frames.length, 0)),
    paletteChunk(places),
    chunk('tRNS', alpha),
  ];
  pictures.forEach((picture, index) => {
    const area = index === 0 ? all(picture) : changed(pictures[index - 1], picture);
    const delay = Buffer.alloc(6);
    delay.writeUInt16BE(frames[index].ms, 0);
    delay.writeUInt16BE(1000, 2);
    // Nothing is taken away after a frame (0); the next one lies over it (1).
    delay[5] = index === 0 ? 0 : 1;
    parts.push(chunk('fcTL', Buffer.concat([words(sequence++, area.w, area.h, area.x, area.y), delay])));
    const data = packed(picture, area, nearest, pictures[index - 1]);
    parts.push(index === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([words(sequence++), data])));
  });
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))]);
}
