import type { Machine } from './machine.js';
import type { Mean } from './figures.js';
import type { ComparedPeer, MeasuredRow, Performance } from './performance.js';

/** A machine with more cores busy than this was not idle. */
const BUSY_LOAD = 0.5;

/**
 * Performance as a page of Markdown: the table, and in words what is not reached.
 *
 * @param order the ids of all rows there are
 */
export function toMarkdown(performance: Performance, order: readonly string[]): string {
  const { rows } = performance;
  return [
    '# How fast it is, beside fastai and PyTorch',
    introduction(performance),
    table(rows),
    '## What is not reached',
    ...notReached(rows, order),
    ...partsOf(rows),
    ...notesOf(rows),
    '## To see it again',
    '```sh\nnpm run bench                                          # some rows, within 20 minutes\n' +
      'npm run bench -- --full --json docs/performance.json   # all of them, and this page\n```',
    '',
  ].join('\n\n');
}

/** One line a peer. */
export function table(rows: readonly MeasuredRow[]): string {
  const head = ['id', 'what', 'ours', 'peer', 'ratio', 'spread', 'bar', 'stretch'];
  const lines = rows.flatMap((row) => [
    line([`\`${row.id}\``, row.what, figure(row.ours, row.unit), ...compared(row, row.unit)]),
    ...(row.second ? [line(['', '', '', ...compared(row.second, row.unit)])] : []),
  ]);
  return [line(head), line(head.map(() => '---')), ...lines].join('\n');
}

function introduction({ machine, versions, date }: Performance): string {
  const { cpu, cores, threads, memoryGb, system, loadBefore } = machine;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const load =
    loadBefore > BUSY_LOAD
      ? ` Other work ran beside it (${loadBefore} cores were busy before).`
      : '';
  return (
    `Measured on ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; ${threads} threads on either side; ` +
    `last on ${date.slice(0, 10)}.${load} With ${list.join(', ')}. ` +
    'Both sides measure in turn, each in a process of its own that is warm. The ratio is how much ' +
    'better ours is: of the medians, above 1 in our favour. The spread is the lowest and the highest ' +
    'ratio of a round. The bar is what should be reached, the stretch what would be splendid.'
  );
}

const compared = (
  { against, peer, ratio, spread, bar, stretch }: ComparedPeer,
  unit: string,
): string[] => [
  `${figure(peer, unit)}, ${against}`,
  `**${times(ratio)}**`,
  spread.map(times).join(' to '),
  bar === null ? '' : times(bar),
  stretch === null ? '' : times(stretch),
];

function notReached(rows: readonly MeasuredRow[], order: readonly string[]): string[] {
  const compared = rows.flatMap(({ id, second, ...first }) =>
    [first, ...(second ? [second] : [])].map((peer) => ({ id, ...peer })),
  );
  const belowBar = compared.filter(({ ratio, bar }) => bar !== null && ratio < bar);
  const belowStretch = compared.filter(
    ({ ratio, bar, stretch }) => stretch !== null && ratio < stretch && ratio >= (bar ?? 0),
  );
  const missing = order.filter((id) => !rows.some((row) => row.id === id));
  const barLines = belowBar.map(
    ({ id, against, ratio, spread, bar }) =>
      `- \`${id}\` against ${against}: ${times(ratio)} (rounds from ${spread.map(times).join(' to ')}) ` +
      `where at least ${times(bar!)} is wanted${ratio < 1 ? '; ours is the worse one' : ''}.`,
  );
  const stretchLines = belowStretch.map(
    ({ id, against, ratio, stretch }) =>
      `- \`${id}\` against ${against}: ${times(ratio)} of ${times(stretch!)}.`,
  );
  return [
    ...section('Below the bar:', barLines, 'Every bar of the measured rows is reached.'),
    ...section('Above the bar and below the stretch:', stretchLines),
    ...section('Not measured:', missing.length > 0 ? [`- ${missing.map(code).join(', ')}.`] : []),
  ];
}

const section = (title: string, lines: readonly string[], otherwise?: string): string[] =>
  lines.length > 0 ? [title, lines.join('\n')] : otherwise === undefined ? [] : [otherwise];

function notesOf(rows: readonly MeasuredRow[]): string[] {
  const lines = rows
    .map(({ id, notes, machine }) => ({ id, all: [...notes, ...elsewhere(machine)] }))
    .filter(({ all }) => all.length > 0)
    .map(({ id, all }) => `- \`${id}\`: ${all.join('; ')}.`);
  return lines.length > 0 ? ['## What the figures depend on', lines.join('\n')] : [];
}

function elsewhere(machine: Machine | undefined): string[] {
  if (machine === undefined) return [];
  const { cpu, cores, threads, memoryGb, system } = machine;
  return [
    `both sides measured on another machine: ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, ${threads} threads`,
  ];
}

/** Figures beside the values: a table for each row that has some. */
function partsOf(rows: readonly MeasuredRow[]): string[] {
  const tables = rows.flatMap(({ id, against, rounds, parts }) => {
    if (parts === undefined) return [];
    const head = [`\`${id}\`, ${rounds} rounds`, 'ours', against, 'difference, by round'];
    const lines = parts.map(({ name, ours, peer, difference }) =>
      line([name, withError(ours), withError(peer), withError(difference)]),
    );
    return [[line(head), line(head.map(() => '---')), ...lines].join('\n')];
  });
  return tables.length > 0
    ? ['## Beside the values', 'Means over the rounds, ± their standard error.', ...tables]
    : [];
}

function withError(value: Mean | null): string {
  if (value === null) return '';
  const { mean, standardError } = value;
  return standardError === null
    ? mean.toFixed(3)
    : `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (id: string): string => `\`${id}\``;
const times = (ratio: number): string => ratio.toFixed(2);

/** Three digits, or the whole number where it has more. */
function figure(value: number, unit: string): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(value)));
  return `${value.toFixed(digits)} ${unit}`;
}
