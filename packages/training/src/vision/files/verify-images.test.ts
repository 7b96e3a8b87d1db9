import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageFiles } from '../../data/items/items.js';
import { parentLabel } from '../../data/labels/labellers.js';
import type { Picture } from '../../data/picture.js';
import { decodeImage, openWithSize } from './decode.js';
import { importImage } from './presized.js';
import { verifyImages } from './verify-images.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-images-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const noise = (width = 200, height = 150): Sharp =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#000000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

interface PngPart {
  readonly type: string;
  readonly content: readonly number[];
}

interface PngHead {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
}

/** A PNG file of exactly these parts, so that no encoder can choose another kind. */
function pngOf(
  { width, height, bitDepth, colourType }: PngHead,
  rows: readonly number[],
  parts: readonly PngPart[] = [],
): Buffer {
  const chunk = (type: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), content]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(content.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colourType;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...parts.map(({ type, content }) => chunk(type, Buffer.from(content))),
    chunk('IDAT', deflateSync(Buffer.from(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const rowsOf = ({ pixels, width }: Picture): number[][][] => {
  const rows: number[][][] = [];
  for (let at = 0; at < pixels.length; at += width * 3) {
    const row = pixels.subarray(at, at + width * 3);
    rows.push(Array.from({ length: width }, (_, x) => [...row.subarray(x * 3, x * 3 + 3)]));
  }
  return rows;
};

describe('the kinds of PNG', () => {
  const pixel = { width: 1, height: 1 };
  // The leading 0 of every row is its filter. Alpha is over white: 255 - share * (255 - value).
  it.each([
    [
      '16-bit RGB',
      pngOf({ ...pixel, bitDepth: 16, colourType: 2 }, [0, 200, 0, 100, 0, 50, 0]),
      [200, 100, 50],
    ],
    ['16-bit grey', pngOf({ ...pixel, bitDepth: 16, colourType: 0 }, [0, 128, 0]), [128, 128, 128]],
    [
      '1-bit grey',
      pngOf({ ...pixel, bitDepth: 1, colourType: 0 }, [0, 0b1000_0000]),
      [255, 255, 255],
    ],
    [
      'grey with alpha',
      pngOf({ ...pixel, bitDepth: 8, colourType: 4 }, [0, 0, 128]),
      [127, 127, 127],
    ],
    [
      '16-bit grey with alpha',
      pngOf({ ...pixel, bitDepth: 16, colourType: 4 }, [0, 0, 0, 128, 0]),
      [127, 127, 127],
    ],
    [
      'RGB with alpha',
      pngOf({ ...pixel, bitDepth: 8, colourType: 6 }, [0, 200, 100, 50, 51]),
      [244, 224, 214],
    ],
    [
      '16-bit RGB with alpha',
      pngOf({ ...pixel, bitDepth: 16, colourType: 6 }, [0, 0, 0, 0, 0, 0, 0, 128, 0]),
      [127, 127, 127],
    ],
    [
      'palette',
      pngOf(
        { ...pixel, bitDepth: 8, colourType: 3 },
        [0, 1],
        [{ type: 'PLTE', content: [1, 2, 3, 200, 100, 50] }],
      ),
      [200, 100, 50],
    ],
    [
      'palette with alpha',
      pngOf(
        { ...pixel, bitDepth: 8, colourType: 3 },
        [0, 0],
        [
          { type: 'PLTE', content: [200, 100, 50] },
          { type: 'tRNS', content: [51] },
        ],
      ),
      [244, 224, 214],
    ],
    [
      'RGB with a transparent colour',
      pngOf(
        { ...pixel, bitDepth: 8, colourType: 2 },
        [0, 7, 8, 9],
        [{ type: 'tRNS', content: [0, 7, 0, 8, 0, 9] }],
      ),
      [255, 255, 255],
    ],
  ])('decode to 8-bit RGB on white: %s', async (_kind, bytes, expected) => {
    const { pixels } = await decodeImage(bytes, 'drawn');
    expect(pixels).toHaveLength(3);
    for (const [channel, value] of expected.entries())
      expect(Math.abs(pixels[channel]! - value)).toBeLessThanOrEqual(1);
  });
});

describe('EXIF orientation', () => {
  const corners = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
    [0, 255, 255],
    [255, 0, 255],
  ];
  const [a, b, c, d, e, f] = corners as [
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  // What the EXIF standard says of the stored rows: where the 0th row and the 0th column are.
  const upright: readonly [orientation: number, rows: number[][][]][] = [
    [
      1,
      [
        [a, b, c],
        [d, e, f],
      ],
    ], // top, left
    [
      2,
      [
        [c, b, a],
        [f, e, d],
      ],
    ], // top, right
    [
      3,
      [
        [f, e, d],
        [c, b, a],
      ],
    ], // bottom, right
    [
      4,
      [
        [d, e, f],
        [a, b, c],
      ],
    ], // bottom, left
    [
      5,
      [
        [a, d],
        [b, e],
        [c, f],
      ],
    ], // left, top
    [
      6,
      [
        [d, a],
        [e, b],
        [f, c],
      ],
    ], // right, top
    [
      7,
      [
        [f, c],
        [e, b],
        [d, a],
      ],
    ], // right, bottom
    [
      8,
      [
        [c, f],
        [b, e],
        [a, d],
      ],
    ], // left, bottom
  ];

  const stored = sharp(Buffer.from(corners.flat()), { raw: { width: 3, height: 2, channels: 3 } });

  it.each(upright)('%i turns the stored rows upright', async (orientation, rows) => {
    const bytes = await stored.clone().withMetadata({ orientation }).png().toBuffer();
    expect(rowsOf(await decodeImage(bytes, 'drawn'))).toEqual(rows);
    const size = { width: rows[0]!.length, height: rows.length };
    expect((await openWithSize(bytes, 'drawn')).size).toEqual(size);
  });

  it.each(upright)('%i of a JPEG is heeded too', async (orientation, rows) => {
    const large = stored.clone().resize(48, 32, { kernel: 'nearest' });
    const jpeg = large
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' });
    const { pixels, width, height } = await decodeImage(await jpeg.toBuffer(), 'drawn');
    expect([width, height]).toEqual([rows[0]!.length * 16, rows.length * 16]);
    const first = [...pixels.subarray(0, 3)].map((value) => (value > 127 ? 255 : 0));
    expect(first).toEqual(rows[0]![0]);
  });

  it.each([0, 9])('of %i, which the standard does not know, changes nothing', async (unknown) => {
    const bytes = await stored.clone().withMetadata({ orientation: 6 }).png().toBuffer();
    const entry = [
      Buffer.from([0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x06]),
      Buffer.from([0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06]),
    ].find((candidate) => bytes.includes(candidate))!;
    const place = bytes.indexOf(entry) + entry.length - 1;
    bytes[place] = unknown;
    const start = bytes.indexOf('eXIf');
    const length = bytes.readUInt32BE(start - 4);
    bytes.writeUInt32BE(crc32(bytes.subarray(start, start + 4 + length)), start + 4 + length);
    const { width, height } = await decodeImage(bytes, 'drawn');
    expect({ width, height }).toEqual({ width: 3, height: 2 });
    expect((await openWithSize(bytes, 'drawn')).size).toEqual({ width, height });
  });
});

describe('the first frame', () => {
  it.each(['gif', 'webp'] as const)('stands for an animated %s', async (format) => {
    const frame = (background: string) =>
      sharp({ create: { width: 9, height: 7, channels: 3, background } })
        .png()
        .toBuffer();
    const frames = [await frame('#ff0000'), await frame('#00ff00'), await frame('#0000ff')];
    const image = sharp(frames, { join: { animated: true } });
    const bytes = await (
      format === 'gif' ? image.gif() : image.webp({ lossless: true })
    ).toBuffer();
    expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(3);
    const decoded = await decodeImage(bytes, 'drawn');
    expect(new Set(rowsOf(decoded).flat().map(String))).toEqual(new Set(['255,0,0']));
    expect((await openWithSize(bytes, 'drawn')).size).toEqual({ width: 9, height: 7 });
  });
});

describe('verifyImages', () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>';
  const cut = async (image: Sharp, share: number) => {
    const bytes = await image.toBuffer();
    return bytes.subarray(0, Math.floor(bytes.length * share));
  };
  const good: Readonly<Record<string, () => Promise<Buffer>>> = {
    'a PNG called.jpg': () => noise().png().toBuffer(),
    'a GIF called.jpg': () => noise().gif().toBuffer(),
    'a WebP called.png': () => noise().webp().toBuffer(),
    'CMYK.jpg': () => noise().toColourspace('cmyk').jpeg().toBuffer(),
    'text after the end.jpg': async () =>
      Buffer.concat([await noise().jpeg().toBuffer(), Buffer.from('sent from my phone')]),
    '20000 wide and thin.png': () => noise(20_000, 2).png().toBuffer(),
    'one pixel.png': () => noise(1, 1).png().toBuffer(),
  };
  const bad: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
    'zero bytes.jpg': () => Buffer.alloc(0),
    'one byte.jpg': () => Buffer.alloc(1, 0xff),
    'text.jpg': () => Buffer.from('hello, I am no image'),
    'web page.jpg': () => Buffer.from('<!doctype html><title>404</title>'),
    'drawing.svg': () => Buffer.from(svg),
    'drawing called.png': () => Buffer.from(svg),
    'packed drawing.svg': () => gzipSync(svg),
    'header only.jpg': () => cut(noise().jpeg(), 0.02),
    'cut off.jpg': () => cut(noise().jpeg(), 0.99),
    'cut off progressive.jpg': () => cut(noise().jpeg({ progressive: true }), 0.5),
    'cut off.png': () => cut(noise().png(), 0.99),
    'cut off interlaced.png': () => cut(noise().png({ progressive: true }), 0.5),
    'cut off.webp': () => cut(noise().webp(), 0.99),
    'cut off.gif': () => cut(noise().gif(), 0.9),
    'cut off.tif': () => cut(noise().tiff(), 0.9),
    'cut off.avif': () => cut(noise(64, 64).avif(), 0.9),
    'over the limit.png': () =>
      pngOf({ width: 30_000, height: 30_000, bitDepth: 8, colourType: 2 }, [0]),
    'beyond all limits.png': () =>
      pngOf({ width: 2_000_000_000, height: 2_000_000_000, bitDepth: 8, colourType: 2 }, [0]),
  };

  async function write(made: typeof bad, below: string): Promise<string> {
    const dir = path.join(folder, below, 'cat');
    await mkdir(dir, { recursive: true });
    for (const [name, make] of Object.entries(made))
      await writeFile(path.join(dir, name), await make());
    return path.dirname(dir);
  }

  it('reads what is an image, whatever its name says', async () => {
    const files = await imageFiles(await write(good, 'good'));
    const { items, problems } = await verifyImages(files, { label: parentLabel });
    expect(problems).toEqual([]);
    expect(items.map((item) => path.basename(item.path))).toEqual(Object.keys(good).sort());
    expect(new Set(items.map(({ label }) => label))).toEqual(new Set(['cat']));
    const wide = items.find((item) => item.path.includes('20000'));
    expect([wide?.width, wide?.height]).toEqual([20_000, 2]);
  });

  it('keeps copies of all that it calls readable', async () => {
    const files = await imageFiles(await write(good, 'good'));
    for (const file of files) {
      const options = { path: file, imagesDir: path.join(folder, 'copies'), side: 64 };
      expect((await importImage(options)).bytes).toBe((await readFile(file)).length);
    }
  });

  it('leaves out and reports what is no whole image, each with a reason', async () => {
    const files = await imageFiles(await write(bad, 'bad'));
    const told: string[] = [];
    const { items, problems } = await verifyImages(files, {
      label: parentLabel,
      onProblem: ({ path: file }) => told.push(file),
    });
    expect(items).toEqual([]);
    expect(problems.map((problem) => path.basename(problem.path))).toEqual(Object.keys(bad).sort());
    expect(told).toEqual(problems.map((problem) => problem.path));
    for (const { path: file, code, message } of problems) {
      expect(code).toBe('IMAGE_UNREADABLE');
      expect(message).toContain(`at ${file}, received: `);
      expect(message).not.toMatch(/received: (Unknown|undefined|[.:])|[.:]\. Replace/);
    }
  });

  it('goes on after bad files in the middle', async () => {
    const root = await write({ ...good, ...bad }, 'mixed');
    const { items, problems } = await verifyImages(await imageFiles(root), {
      label: parentLabel,
      concurrency: 3,
    });
    expect([items.length, problems.length]).toEqual([
      Object.keys(good).length,
      Object.keys(bad).length,
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'reports what is no file instead of waiting',
    async () => {
      const dir = path.join(folder, 'odd', 'cat');
      await mkdir(dir, { recursive: true });
      execFileSync('mkfifo', [path.join(dir, 'pipe.jpg')]);
      await symlink('/dev/zero', path.join(dir, 'endless.jpg'));
      await symlink(path.join(dir, 'gone'), path.join(dir, 'broken link.jpg'));
      const files = await imageFiles(path.dirname(dir));
      const { items, problems } = await verifyImages(files, { label: parentLabel });
      expect(items).toEqual([]);
      expect(problems.map(({ message }) => /received: (\S+)/.exec(message)?.[1])).toEqual([
        'ENOENT:',
        'a',
        'a',
      ]);
    },
  );
});
