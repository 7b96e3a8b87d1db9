const WIDTH = 24;

/**
 * Shows how far one step is: a bar that is drawn over itself on a terminal, a line now and then
 * elsewhere.
 *
 * @param {string} title
 * @param {NodeJS.WriteStream} stream
 */
export function progressBar(title, stream = process.stderr) {
  let shown = -1;
  const draw = (fraction, note) => {
    const filled = Math.round(fraction * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const percent = String(Math.round(fraction * 100)).padStart(3);
    const line = `  ${title.padEnd(34)} ${bar} ${percent} %  ${note}`;
    stream.write(`\r${line.slice(0, (stream.columns ?? 100) - 1)}\u001b[K`);
  };
  return {
    /** @param {number} fraction 0 to 1 @param {string} note */
    update(fraction, note = '') {
      const bounded = Math.min(Math.max(fraction, 0), 1);
      if (stream.isTTY) draw(bounded, note);
      else if (Math.floor(bounded * 4) > shown) {
        shown = Math.floor(bounded * 4);
        stream.write(`  ${title}: ${Math.round(bounded * 100)} % ${note}\n`);
      }
    },
    /** @param {string} note */
    done(note) {
      stream.write(`${stream.isTTY ? '\r\u001b[K' : ''}  ${title.padEnd(34)} ${note}\n`);
    },
  };
}

/** A size as people read it. */
function readableSize(bytes) {
  const megabytes = bytes / 1e6;
  return megabytes >= 10 ? `${Math.round(megabytes)} MB` : `${megabytes.toFixed(1)} MB`;
}

/** Calls `tell` with how much of `total` bytes lies in a folder, until stopped. */
export function watchGrowth(sizeNow, total, tell) {
  const timer = setInterval(() => {
    const size = Math.min(sizeNow(), total);
    tell(size / total, `${readableSize(size)} of ${readableSize(total)}`);
  }, 250);
  return () => clearInterval(timer);
}
