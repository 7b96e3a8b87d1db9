import sharp from 'sharp';
import type { Picture } from '../../data/picture.js';

/** What most letters need of the height of a line of text; wider ones may be cut by the picture's edge. */
const LETTER_WIDTH = 0.6;
const ELLIPSIS = '…';

/** Writes a label in black on white, `width` pixels wide. What does not fit ends in an ellipsis. */
export async function labelPicture(label: string, width: number): Promise<Picture> {
  const fontSize = Math.min(14, Math.max(8, Math.round(width / 10)));
  const height = Math.ceil(fontSize * 1.4);
  const text = toXmlText(cutTo(Math.floor(width / (fontSize * LETTER_WIDTH)), label));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<text y="${fontSize}" font-family="sans-serif" font-size="${fontSize}">${text}</text></svg>`;
  const pixels = await sharp(Buffer.from(svg))
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
  return { pixels, width, height };
}

/** At most `count` letters as people count them, which may be several characters each. */
export function cutTo(count: number, label: string): string {
  const letters = [...new Intl.Segmenter().segment(label)].map(({ segment }) => segment);
  if (letters.length <= count) return label;
  return (
    letters
      .slice(0, Math.max(0, count - 1))
      .join('')
      .trimEnd() + ELLIPSIS
  );
}

/** A text as XML takes it: marked up characters escaped, those that XML does not know replaced. */
export function toXmlText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
