import { expect, it } from 'vitest';
import { grandparentSplit, parentLabel } from './labellers.js';

it.each([
  ['/pets/Siamese/1.jpg', 'Siamese'],
  ['/pets/train/great dane/1.jpg', 'great dane'],
])('labels %s by its folder', (file, label) => {
  expect(parentLabel(file)).toBe(label);
});

it.each([
  ['/pets/train/cat/1.jpg', {}, 'train'],
  ['/pets/valid/cat/1.jpg', {}, 'valid'],
  ['/pets/test/cat/1.jpg', {}, null],
  ['/pets/val/cat/1.jpg', { valid: 'val' }, 'valid'],
])('reads the side of %s from the folder above its label', (file, options, split) => {
  expect(grandparentSplit(file, options)).toBe(split);
});
