import type uPlot from 'uplot';
import type { Palette } from './palette.js';
import { fade } from './palette.js';
import { canvasFont } from './plot-parts.js';
import type { Segment } from './segments.js';

/** An epoch as a mark on the curve. */
export interface EpochMark {
  readonly epoch: number;
  readonly step: number;
  readonly validLoss: number;
  readonly best: boolean;
}

interface Brush {
  readonly plot: uPlot;
  readonly palette: Palette;
  /** Canvas pixels in one of the page's. */
  readonly scale: number;
}

export function brush(plot: uPlot, palette: Palette): Brush {
  return { plot, palette, scale: plot.ctx.canvas.width / plot.width };
}

/** Phases as stretches of the ground, with their names at the top. */
export function drawSegments({ plot, palette, scale }: Brush, segments: readonly Segment[]): void {
  const { ctx, bbox } = plot;
  const right = bbox.left + bbox.width;
  const places = segments.map((segment, index) => {
    const next = segments.slice(index + 1).find(({ isMark }) => !isMark);
    return {
      ...segment,
      x: Math.max(plot.valToPos(segment.firstStep - 0.5, 'x', true), bbox.left),
      end: next ? plot.valToPos(next.firstStep - 0.5, 'x', true) : right,
    };
  });
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { x, end, isMark, isFrozen } of places) {
    ctx.fillStyle = fade(palette.sunken, 0.7);
    if (!isMark && isFrozen) ctx.fillRect(x, bbox.top, end - x, bbox.height);
    ctx.fillStyle = palette['line-strong'];
    ctx.fillRect(x, bbox.top, scale, bbox.height);
  }
  nameSegments({ plot, palette, scale }, places);
  ctx.restore();
}

interface PlacedSegment extends Segment {
  readonly x: number;
  readonly end: number;
}

/** A mark takes no room of its own, so the name of what follows stands beside its name. */
function nameSegments({ plot, palette, scale }: Brush, segments: readonly PlacedSegment[]): void {
  const { ctx, bbox } = plot;
  ctx.font = canvasFont(plot, 600);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillStyle = palette.quiet;
  let clear = -Infinity;
  for (const { name, x, end, isMark } of segments) {
    if (end < bbox.left) continue;
    const label = isMark ? `${name} │` : name;
    const left = Math.max(x + 6 * scale, clear);
    ctx.fillText(label, left, bbox.top + 6 * scale);
    clear = left + ctx.measureText(label).width + 6 * scale;
  }
}

/** The loss on valid pictures after each epoch: dots on a dashed line, the best one a star with its name. */
export function drawEpochs({ plot, palette, scale }: Brush, epochs: readonly EpochMark[]): void {
  const { ctx } = plot;
  const places = epochs
    .filter(({ validLoss }) => Number.isFinite(validLoss))
    .map((epoch) => ({
      ...epoch,
      x: plot.valToPos(epoch.step, 'x', true),
      y: plot.valToPos(epoch.validLoss, 'y', true),
    }));
  ctx.save();
  clip(plot);
  ctx.strokeStyle = palette['series-2'];
  ctx.lineWidth = 1.5 * scale;
  ctx.setLineDash([4 * scale, 4 * scale]);
  ctx.beginPath();
  for (const { x, y } of places) ctx.lineTo(x, y);
  ctx.stroke();
  ctx.setLineDash([]);
  for (const { x, y, best } of places) {
    ctx.beginPath();
    if (best) star(ctx, { x, y, radius: 8 * scale });
    else ctx.arc(x, y, 4 * scale, 0, 2 * Math.PI);
    ctx.fillStyle = best ? palette['series-3'] : palette['series-2'];
    ctx.strokeStyle = palette.panel;
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** Losses that are no finite numbers have no place on the axis: triangles at the edge say that they were there. */
export function drawNonFinite({ plot, palette, scale }: Brush, steps: readonly number[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot);
  ctx.fillStyle = palette.attention;
  const top = bbox.top + 28 * scale;
  for (const step of steps) {
    const x = plot.valToPos(step, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x - 5 * scale, top + 9 * scale);
    ctx.lineTo(x + 5 * scale, top + 9 * scale);
    ctx.fill();
  }
  ctx.restore();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  // A little more than the plot, so that dots at its edge stay whole.
  const more = 10;
  ctx.rect(bbox.left - more, bbox.top - more, bbox.width + 2 * more, bbox.height + 2 * more);
  ctx.clip();
}

function star(
  ctx: CanvasRenderingContext2D,
  { x, y, radius }: { x: number; y: number; radius: number },
): void {
  for (let point = 0; point < 10; point += 1) {
    const angle = (Math.PI * point) / 5 - Math.PI / 2;
    const reach = point % 2 === 0 ? radius : radius * 0.45;
    ctx.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  ctx.closePath();
}
