import type uPlot from 'uplot';
import type { Palette } from './palette.js';
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

interface PlacedSegment extends Segment {
  readonly x: number;
  readonly end: number;
}

function placed({ plot }: Brush, segments: readonly Segment[]): PlacedSegment[] {
  const { left, width } = plot.bbox;
  const edge = (step: number) => plot.valToPos(step - 0.5, 'x', true);
  return segments.map((segment, index) => {
    const next = segments.slice(index + 1).find(({ isMark }) => !isMark);
    const x = Math.max(edge(segment.firstStep), left);
    return { ...segment, x, end: next ? edge(next.firstStep) : left + width };
  });
}

/** Phases as stretches of the ground, under the grid. */
export function drawSegments(paint: Brush, segments: readonly Segment[]): void {
  const { plot, palette, scale } = paint;
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot, 0);
  for (const { x, end, isMark, isFrozen } of placed(paint, segments)) {
    ctx.fillStyle = palette.sunken;
    if (!isMark && isFrozen) ctx.fillRect(x, bbox.top, end - x, bbox.height);
    ctx.fillStyle = palette['line-strong'];
    ctx.fillRect(x, bbox.top, scale, bbox.height);
  }
  ctx.restore();
}

/** What the phases are, at the top. A mark takes no room, so the name of what follows stands beside its own. */
export function nameSegments(paint: Brush, segments: readonly Segment[]): void {
  const { plot, palette, scale } = paint;
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot, 0);
  ctx.font = canvasFont(plot, 600);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillStyle = palette.quiet;
  let clear = -Infinity;
  for (const { name, x, end, isMark } of placed(paint, segments)) {
    if (end < bbox.left) continue;
    const label = isMark ? `${name} │` : name;
    const left = Math.max(x + 6 * scale, clear);
    ctx.fillText(label, left, bbox.top + 6 * scale);
    clear = left + ctx.measureText(label).width + 6 * scale;
  }
  ctx.restore();
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

/** Keeps to the plot and a little more, so that dots at its edge stay whole. */
function clip({ ctx, bbox }: uPlot, more = 10): void {
  ctx.beginPath();
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
