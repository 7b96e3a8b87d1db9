import type { MeasuredRow } from './performance.js';

const WIDTH = 720;
const ROW_HEIGHT = 22;
const TOP = 44;
const BOTTOM = 10;
/** Where bars may lie; names stand before, ratios behind. */
const BARS = { left: 290, right: 650 };

/**
 * Every row's ratio as a bar on a logarithmic scale, from 1, where both sides are alike: to the right ours
 * is better. A stroke marks the bar to reach. An SVG of its own, in the colours of whoever looks.
 */
export function toFigure(rows: readonly MeasuredRow[]): string {
  const x = scaleFor(rows);
  const height = TOP + rows.length * ROW_HEIGHT + BOTTOM;
  const lines = rows.map((row, index) => bar(row, { x, y: TOP + index * ROW_HEIGHT }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label(rows)}">
<style>
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .peer { fill: #57606a }
  .better { fill: #0072b2 } .worse { fill: #d55e00 }
  .axis { stroke: #8c959f } .wanted { stroke: #24292f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .peer { fill: #9198a1 } .wanted { stroke: #e6edf3 }
    .better { fill: #56b4e9 } .worse { fill: #e69f00 }
  }
</style>
<text x="10" y="22">times better than the peer, logarithmic; the stroke is what is wanted</text>
<line class="axis" x1="${x(1)}" x2="${x(1)}" y1="${TOP - 8}" y2="${height - BOTTOM}"/>
${lines.join('\n')}
</svg>
`;
}

type Scale = (ratio: number) => number;

function scaleFor(rows: readonly MeasuredRow[]): Scale {
  const shown = rows.flatMap(({ ratio, bar }) => [ratio, bar ?? 1]).map(Math.log);
  const from = Math.min(0, ...shown);
  const to = Math.max(Math.log(2), ...shown);
  const { left, right } = BARS;
  return (ratio) => round(left + ((Math.log(ratio) - from) / (to - from)) * (right - left));
}

function bar(
  { id, against, ratio, bar: wanted }: MeasuredRow,
  { x, y }: { readonly x: Scale; readonly y: number },
): string {
  const [from, to] = ratio < 1 ? [x(ratio), x(1)] : [x(1), x(ratio)];
  const mark =
    wanted === null
      ? ''
      : `<line class="wanted" x1="${x(wanted)}" x2="${x(wanted)}" y1="${y - 1}" y2="${y + 15}"/>`;
  return (
    `<text x="10" y="${y + 12}">${id} <tspan class="peer">· ${escaped(shortName(against))}</tspan></text>` +
    `<rect class="${ratio < 1 ? 'worse' : 'better'}" x="${from}" y="${y}" width="${round(to - from)}" height="14"/>` +
    `${mark}<text x="${Math.max(to, x(wanted ?? 1)) + 6}" y="${y + 12}">${times(ratio)}</text>`
  );
}

/** What a reader who sees no picture is told. */
function label(rows: readonly MeasuredRow[]): string {
  const list = rows.map(({ id, against, ratio }) => `${id}: ${times(ratio)} ${against}`);
  return escaped(`Times better than the peer. ${list.join('; ')}`);
}

/** Up to its first comma or colon: the table has the rest. */
const shortName = (against: string): string => against.split(/[,:]/, 1)[0]!;
const times = (ratio: number): string => (ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0));
const round = (value: number): number => Number(value.toFixed(1));
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
