import type { WriteStream } from 'node:tty';

const EVERY_MS = 200;

/** One line that says how far a command has come; nothing where nobody looks. */
export function progressLine(
  output: WriteStream,
  format: (amount: number) => string = String,
): {
  readonly show: (done: number, total: number) => void;
  readonly clear: () => void;
} {
  let shownAt = 0;
  return {
    show(done, total) {
      if (!output.isTTY || Date.now() - shownAt < EVERY_MS) return;
      shownAt = Date.now();
      output.write(`\r\u001b[2K${format(done)} of ${format(total)}`);
    },
    clear() {
      if (shownAt > 0) output.write('\r\u001b[2K');
      shownAt = 0;
    },
  };
}
