/** Runs a measurement by its name: `npm run bench -- live-latency`. */
const measurements: Readonly<Record<string, () => Promise<{ measure(): Promise<void> }>>> = {
  'live-latency': () => import('./live-latency.js'),
};

const name = process.argv[2] ?? 'live-latency';
const load = measurements[name];
if (load === undefined) {
  console.error(`Expected one of ${Object.keys(measurements).join(', ')}, received ${name}`);
  process.exit(2);
}
await (await load()).measure();
