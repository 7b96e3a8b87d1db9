import { expect, it } from 'vitest';
import { profileTable } from './profile-table.js';

it('a profile has a line for what takes a while, one for the rest and one for what is outside', () => {
  const lines = profileTable({
    what: 'a step',
    images: 10,
    milliseconds: 1000,
    kernels: [
      { kernel: 'Conv2D', calls: 2000, milliseconds: 700 },
      { kernel: 'Relu', calls: 3, milliseconds: 19 },
      { kernel: 'Add', calls: 4, milliseconds: 1 },
    ],
  }).split('\n');
  expect(lines[0]).toBe('### a step');
  expect(lines.slice(4)).toEqual([
    '| `Conv2D` | 2,000 | 70.00 | 70 % |',
    '| all other operations | 7 | 2.00 | 2 % |',
    '| outside of operations |  | 28.00 | 28 % |',
    '| **together** | 2,007 | 100.00 | 100 % |',
  ]);
});
