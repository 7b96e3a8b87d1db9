const WIDTH = 24;
const TITLE_WIDTH = 48;

/**
 * Shows how far one step is: a bar that is drawn over itself on a terminal, a line now and then
 * elsewhere.
 *
 * @param {string} title
 * @param {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} stream
 */
export function progressBar(title, stream = process.stderr) {
  let shown = -1;
  /** @param {number} fraction @param {string} note */
  const draw = (fraction, note) => {
    const filled = Math.round(fraction * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const percent = String(Math.round(fraction * 100)).padStart(3);
    const line = `  ${title.padEnd(TITLE_WIDTH)} ${bar} ${percent} %  ${note}`;
    stream.write(`\r${line.slice(0, (stream.columns ?? 100) - 1)}\u001b[K`);
  };
  return {
    /** @param {number} fraction 0 to 1 @param {string} note */
    update(fraction, note = '') {
      const bounded = Math.min(Math.max(fraction, 0), 1);
      if (stream.isTTY) draw(bounded, note);
      else if (Math.floor(bounded * 4) > shown) {
        shown = Math.floor(bounded * 4);
        stream.write(`  ${title}: ${Math.round(bounded * 100)} %  ${note}\n`);
      }
    },
    /** @param {string} note */
    done(note) {
      const clear = stream.isTTY ? '\r\u001b[K' : '';
      stream.write(`${clear}  ${title.padEnd(TITLE_WIDTH)} ${note}\n`);
    },
  };
}

/** A size as people read it. @param {number} bytes */
export function readableSize(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e7 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Tells how much of `total` bytes is there, until stopped.
 *
 * @param {() => number} sizeNow
 * @param {number} total
 * @param {(fraction: number, note: string) => void} tell
 */
export function watchGrowth(sizeNow, total, tell) {
  const timer = setInterval(() => {
    const size = Math.min(sizeNow(), total);
    tell(size / total, `${readableSize(size)} of ${readableSize(total)}`);
  }, 250);
  return () => {
    clearInterval(timer);
  };
}
