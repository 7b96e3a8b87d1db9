import type { KernelTime } from '@whetstone/training';

/** Where the time of one work went. */
export interface Profile {
  readonly what: string;
  readonly images: number;
  readonly milliseconds: number;
  readonly kernels: readonly KernelTime[];
}

/** Kinds of operations below this share are added up. */
const SMALL = 0.02;

/** Under a heading, a line for each kind of operation that takes a while, and what went by outside of them. */
export function profileTable({ what, images, milliseconds, kernels }: Profile): string {
  const isSmall = (time: KernelTime) => time.milliseconds < SMALL * milliseconds;
  const inside = sumOf(kernels);
  const lines = [
    ...kernels
      .filter((time) => !isSmall(time))
      .map((time) => ({ ...time, kernel: `\`${time.kernel}\`` })),
    { ...sumOf(kernels.filter(isSmall)), kernel: 'all other operations' },
    {
      kernel: 'outside of operations',
      calls: null,
      milliseconds: milliseconds - inside.milliseconds,
    },
    { ...inside, kernel: '**together**', milliseconds },
  ];
  const rows = lines.map((line) => [
    line.kernel,
    line.calls?.toLocaleString('en') ?? '',
    (line.milliseconds / images).toFixed(2),
    `${((100 * line.milliseconds) / milliseconds).toFixed(0)} %`,
  ]);
  const head = ['operation', 'calls', 'ms an image', 'share'];
  const table = [head, head.map(() => '---'), ...rows];
  return [`### ${what}`, '', ...table.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function sumOf(times: readonly KernelTime[]): { calls: number; milliseconds: number } {
  return {
    calls: times.reduce((sum, { calls }) => sum + calls, 0),
    milliseconds: times.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}
