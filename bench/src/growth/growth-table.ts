/** What the program took for one number of images. */
export interface Growth {
  readonly images: number;
  readonly seconds: {
    readonly import: number;
    /** An epoch that computes the features of every image. */
    readonly firstEpoch: number;
    /** An epoch that finds all of them kept. */
    readonly keptEpoch: number;
  };
  /** Most memory resident at once, in bytes. */
  readonly memory: {
    readonly serverAfterImport: number;
    readonly server: number;
    readonly trainer: number;
  };
  /** What the data folder came to, in bytes. */
  readonly disk: Readonly<Record<DiskPart, number>>;
}

const diskParts = ['copies', 'features', 'rest'] as const;
type DiskPart = (typeof diskParts)[number];

const HEAD = [
  'images',
  'import, µs an image',
  'first epoch, µs an image',
  'kept epoch, µs an image',
  'server, MB, after the import',
  'server, MB',
  'trainer, MB',
  'copies, kB an image',
  'features, kB an image',
  'all else, kB an image',
];

/** A line for each number of images. */
export function growthTable(all: readonly Growth[]): string {
  const rows = all.map(({ images, seconds, memory, disk }) => [
    images.toLocaleString('en'),
    ...Object.values(seconds).map((value) => ((value * 1e6) / images).toFixed(0)),
    ...Object.values(memory).map((value) => (value / 1e6).toFixed(0)),
    ...diskParts.map((part) => (disk[part] / 1e3 / images).toFixed(1)),
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
