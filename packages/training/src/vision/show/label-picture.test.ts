import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cutTo, labelPicture, toXmlText } from './label-picture.js';

/** Machines without any font write nothing. */
const letter =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">x</text></svg>';
const { channels } = await sharp(Buffer.from(letter)).stats();
const hasFont = channels.at(-1)!.max > 0;

describe('labelPicture', () => {
  it.each([
    [40, 12],
    [100, 14],
    [1000, 20],
  ])('is as wide as asked, %i pixels, and one line high: %i', async (width, height) => {
    const picture = await labelPicture('Abyssinian', width);
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(picture.pixels).toHaveLength(width * height * 3);
  });

  it.runIf(hasFont)('writes in black on white, and nothing for nothing', async () => {
    const { pixels } = await labelPicture('Abyssinian', 100);
    expect([Math.min(...pixels) < 64, Math.max(...pixels)]).toEqual([true, 255]);
    expect(new Set((await labelPicture('', 100)).pixels)).toEqual(new Set([255]));
  });

  it
    .runIf(hasFont)
    .each(['a < b & "c" > d', '<svg>', '&amp;', 'a\0b\u001bc', 'half \ud83d', 'two\nlines'])(
    'writes any text: %j',
    async (label) => {
      const { pixels } = await labelPicture(label, 200);
      expect(Math.min(...pixels)).toBeLessThan(128);
    },
  );

  it('writes within a picture of one pixel', async () => {
    expect((await labelPicture('Abyssinian', 1)).pixels).toHaveLength(12 * 3);
  });
});

describe('cutTo', () => {
  it.each([
    ['leaves what fits', 3, 'cat', 'cat'],
    ['ends in an ellipsis what does not', 3, 'cats', 'ca…'],
    ['leaves no space before the ellipsis', 4, 'cat and dog', 'cat…'],
    ['keeps one ellipsis where nothing fits', 0, 'cat', '…'],
    ['counts as people do', 3, '👩‍🔬👩‍🔬é', '👩‍🔬👩‍🔬é'],
    ['cuts as people do', 2, '👩‍🔬👩‍🔬é', '👩‍🔬…'],
  ])('%s', (...[, count, label, expected]) => {
    expect(cutTo(count, label)).toBe(expected);
  });
});

describe('toXmlText', () => {
  it.each([
    ['escapes what marks up', 'a < b && b > "c"', 'a &lt; b &amp;&amp; b &gt; "c"'],
    ['escapes what is escaped already', '&lt;', '&amp;lt;'],
    ['replaces what XML does not know', 'a\0b\ufffec\ud800', 'a b c '],
    ['leaves letters of any script', 'Übermut 犬 👩‍🔬', 'Übermut 犬 👩‍🔬'],
  ])('%s', (_sentence, text, expected) => {
    expect(toXmlText(text)).toBe(expected);
  });
});
