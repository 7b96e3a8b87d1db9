import type { WriteStream } from 'node:tty';
import { megabytes } from './staging.js';

const EVERY_MS = 200;

/** One line that says how far a command has come; nothing where nobody looks. */
export function progressLine(output: WriteStream): {
  readonly show: (done: number, total: number) => void;
  readonly clear: () => void;
} {
  let shownAt = 0;
  return {
    show(done, total) {
      if (!output.isTTY || Date.now() - shownAt < EVERY_MS) return;
      shownAt = Date.now();
      output.write(`\r\u001b[2K${megabytes(done)} of ${megabytes(total)}`);
    },
    clear() {
      if (shownAt > 0) output.write('\r\u001b[2K');
      shownAt = 0;
    },
  };
}
