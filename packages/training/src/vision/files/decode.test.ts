import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, openWithSize, presizedSize } from './decode.js';

const ORANGE = { r: 200, g: 100, b: 50 };
const picture = (width = 40, height = 30, background: string | typeof ORANGE = ORANGE): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

async function decode(image: Sharp) {
  return decodeImage(await image.toBuffer(), 'drawn');
}

/** Left half red, right half blue. */
async function halves(): Promise<Sharp> {
  const blue = await picture(20, 30, '#0000ff').png().toBuffer();
  return picture(40, 30, '#ff0000').composite([{ input: blue, left: 20, top: 0 }]);
}

describe('decodeImage', () => {
  it.each([
    ['JPEG', picture().jpeg({ quality: 100 })],
    ['PNG', picture().png()],
    ['palette PNG', picture().png({ palette: true })],
    ['WebP', picture().webp({ lossless: true })],
    ['GIF', picture().gif()],
    ['TIFF', picture().tiff({ compression: 'lzw' })],
    ['AVIF', picture().avif({ quality: 90 })],
    ['16-bit PNG', picture().toColourspace('rgb16').png()],
    ['CMYK JPEG', picture().toColourspace('cmyk').jpeg({ quality: 100 })],
  ])('gives three bytes a pixel of a %s, in its colours', async (_format, image) => {
    const { pixels, width, height } = await decode(image);
    expect([width, height, pixels.length]).toEqual([40, 30, 40 * 30 * 3]);
    // CMYK has no such orange: there the colours are close, not equal.
    const first = [...pixels.subarray(0, 3)];
    for (const [channel, value] of [200, 100, 50].entries())
      expect(Math.abs(first[channel]! - value)).toBeLessThan(32);
  });

  it.each([
    ['grey JPEG', picture(8, 8, '#808080').toColourspace('b-w').jpeg()],
    ['16-bit grey PNG', picture(8, 8, '#808080').toColourspace('grey16').png()],
  ])('spreads the grey of a %s over three channels', async (_format, image) => {
    const { pixels } = await decode(image);
    expect([...new Set(pixels)]).toEqual([128]);
    expect(pixels).toHaveLength(8 * 8 * 3);
  });

  it.each([
    ['transparent', 0, 255],
    // Half of black on white.
    ['half transparent', 0.5, 127],
  ])('puts a %s picture on white', async (_sentence, alpha, expected) => {
    const background = { r: 0, g: 0, b: 0, alpha };
    const image = sharp({ create: { width: 4, height: 4, channels: 4, background } }).png();
    const { pixels } = await decode(image);
    for (const value of pixels) expect(Math.abs(value - expected)).toBeLessThanOrEqual(1);
  });

  it('turns a picture as its EXIF orientation says', async () => {
    // Orientation 6: the camera was turned, the left edge of the pixels is the top of the picture.
    const image = (await halves()).jpeg({ quality: 100 }).withMetadata({ orientation: 6 });
    const { pixels, width, height } = await decode(image);
    expect([width, height]).toEqual([30, 40]);
    expect(pixels[0]).toBeGreaterThan(200);
    expect(pixels.at(-1)).toBeGreaterThan(200);
    expect((await openWithSize(await image.toBuffer(), 'drawn')).size).toEqual({
      width: 30,
      height: 40,
    });
  });

  it('takes the first frame of an animation', async () => {
    const frames = [
      await picture().png().toBuffer(),
      await picture(40, 30, '#00ff00').png().toBuffer(),
    ];
    const image = sharp(frames, { join: { animated: true } }).gif();
    const { pixels, width, height } = await decode(image);
    expect([width, height, ...pixels.subarray(0, 3)]).toEqual([40, 30, 200, 100, 50]);
  });

  it('goes by content, not by name', async () => {
    const { width } = await decodeImage(await picture().gif().toBuffer(), 'cat.jpg');
    expect(width).toBe(40);
  });
});

describe('what is no whole image', () => {
  const noise = sharp({
    create: {
      width: 200,
      height: 150,
      channels: 3,
      background: '#000000',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });
  const cutOff = async (image: Sharp) => {
    const bytes = await image.toBuffer();
    return bytes.subarray(0, Math.floor(bytes.length * 0.7));
  };
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>';

  it.each([
    ['an empty file', () => Buffer.alloc(0)],
    ['a text', () => Buffer.from('hello, I am no image')],
    ['an SVG drawing', () => Buffer.from(svg)],
    ['a cut-off JPEG', () => cutOff(noise.clone().jpeg())],
    ['a cut-off PNG', () => cutOff(noise.clone().png())],
    ['a cut-off WebP', () => cutOff(noise.clone().webp())],
    ['a cut-off GIF', () => cutOff(noise.clone().gif())],
    ['our own source', () => readFile(new URL(import.meta.url))],
  ])('is refused with its path and the reason: %s', async (_what, make) => {
    const bytes = await make();
    const failure = await decodeImage(bytes, '/photos/bad.jpg').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'IMAGE_UNREADABLE', path: '/photos/bad.jpg' });
    expect(String(failure)).toMatch(/at \/photos\/bad\.jpg, received: \S.*\. Replace the file/);
  });
});

describe('presizedSize', () => {
  it.each([
    [{ width: 500, height: 375 }, 256, { width: 341, height: 256 }],
    [{ width: 375, height: 500 }, 256, { width: 256, height: 341 }],
    [{ width: 8, height: 4 }, 64, { width: 128, height: 64 }],
    [{ width: 10_000, height: 10 }, 64, { width: 512, height: 64 }],
  ])('of %j with a short side of %i is %j', (size, side, expected) => {
    expect(presizedSize(size, side)).toEqual(expected);
  });
});
