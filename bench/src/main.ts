/**
 * Compares with fastai and PyTorch: `npm run bench -- --only step-lite0`. Or runs another measurement
 * by its name: `npm run bench -- live-latency`.
 */
import { spawnSync } from 'node:child_process';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';

interface Measurement {
  measure(args: readonly string[]): Promise<void>;
}

const measurements: Readonly<Record<string, () => Promise<Measurement>>> = {
  'chapter-five': () => import('./chapter-five.js'),
  growth: () => import('./growth.js'),
  kills: () => import('./kills.js'),
  'live-latency': () => import('./live-latency.js'),
  processes: () => import('./processes.js'),
  proof: () => import('./proof.js'),
  profile: () => import('./profile.js'),
  recipe: () => import('./recipe.js'),
  'start-up': () => import('./start-up.js'),
};

const [name = '--', ...args] = process.argv.slice(2);
if (name.startsWith('--')) {
  const { measure } = await import('./comparison/comparison.js');
  await measure(process.argv.slice(2)).catch((error: unknown) => {
    // What the sentence says is for whoever typed the command: a stack would hide it.
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
} else {
  await measureByName(name, args);
}

async function measureByName(name: string, args: readonly string[]): Promise<void> {
  const load = measurements[name];
  if (load === undefined) {
    const names = Object.keys(measurements).join(', ');
    console.error(`Expected one of ${names}, or options of the comparison, received ${name}`);
    process.exit(2);
  }
  if (process.env['MALLOC_MMAP_THRESHOLD_'] === undefined) {
    // glibc reads its settings as a process starts, so what trains is started again with them.
    const env = { ...TRAINING_PROCESS_ENVIRONMENT, ...process.env };
    const argv = [...process.execArgv, ...process.argv.slice(1)];
    process.exit(spawnSync(process.execPath, argv, { env, stdio: 'inherit' }).status ?? 1);
  }
  await (await load()).measure(args);
}
