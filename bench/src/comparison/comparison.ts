import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { cacheDirectory } from '@whetstone/training';
import { alternate, type SideRounds } from './alternate.js';
import { chooseRows, type ComparisonOptions, readOptions } from './options.js';
import { preparePhotos, type PreparedPhotos } from './photos.js';
import { ensurePython } from './python/environment.js';
import { thisMachine } from './report/machine.js';
import { toMeasuredRow } from './report/measured-row.js';
import { Report } from './report/report.js';
import { table } from './report/table.js';
import type { Inputs, Row } from './row.js';
import { rows } from './rows.js';
import { sideCommands } from './side-commands.js';

/** Past this, a quick run starts no further row: it is to end within 20 minutes. */
const LAST_QUICK_START_MS = 15 * 60_000;

/**
 * Compares with fastai and PyTorch, row by row: `npm run bench -- [--only ID]... [--full] [--json
 * docs/performance.json] [--photos FOLDER] [--python PATH] [--rounds N]`. With `--json`, the figures
 * of this run take the place of older ones there, and the page beside it is written anew.
 */
export async function measure(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const chosen = chooseRows(rows, options);
  const scratch = await mkdtemp(path.join(tmpdir(), 'whetstone-bench-'));
  process.on('exit', () => {
    rmSync(scratch, { recursive: true, force: true });
  });
  // In the ordinary way, so that the sides end as well.
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.on(signal, () => process.exit(code));
  await measureRows(chosen, { options, scratch });
}

interface Session {
  readonly options: ComparisonOptions;
  readonly scratch: string;
}

async function measureRows(chosen: readonly Row[], { options, scratch }: Session): Promise<void> {
  const order = rows.map(({ id }) => id);
  const report = await Report.open(options.json, { order, machine: await thisMachine() });
  const isPythonNeeded = chosen.some(({ peers }) => peers.some((peer) => 'script' in peer));
  const python = isPythonNeeded ? (options.python ?? (await ensurePython())) : '';
  const photos = chosen.some(({ needsPhotos }) => needsPhotos)
    ? await preparePhotos(options.photos, { folder: scratch, isFull: options.isFull })
    : null;
  const mayTakeLong = options.isFull || options.only.length > 0;
  const started = Date.now();
  for (const row of chosen) {
    if (!mayTakeLong && Date.now() - started > LAST_QUICK_START_MS) {
      console.log(`${row.id}: left out, the time is up. \`--only ${row.id}\` measures it`);
      continue;
    }
    try {
      const sides = await measureRow(row, { options, scratch, python, photos });
      const notes = row.needsPhotos ? [photos!.note] : [];
      await report.add(toMeasuredRow(row, sides, { date: new Date().toISOString(), notes }), sides);
    } catch (error) {
      console.error(`${row.id}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  console.log(`\n${table(report.measured)}`);
}

interface Tools extends Session {
  readonly python: string;
  readonly photos: PreparedPhotos | null;
}

async function measureRow(
  row: Row,
  { options, scratch, python, photos }: Tools,
): Promise<readonly SideRounds[]> {
  const own = await mkdtemp(path.join(scratch, `${row.id}-`));
  const inputs: Inputs = {
    threads: availableParallelism(),
    scratch: own,
    photos: row.needsPhotos ? photos : null,
    weightsFile: path.join(cacheDirectory(), 'weights', 'tf_efficientnet_lite0.safetensors'),
  };
  const { quick, full } = row.rounds ?? { quick: 3, full: 7 };
  console.log(`${row.id}: ${row.what}`);
  const sides = await alternate(sideCommands(row, inputs, python), {
    rounds: options.rounds ?? (options.isFull ? full : quick),
    startsAfresh: row.startsAfresh ?? false,
    followsPeer: row.followsPeer ?? false,
    onRound: ([ours, ...peers]) => {
      const figures = [ours!, ...peers].map((value) => value.toPrecision(4));
      console.log(`  ours ${figures.join(', peer ')} ${row.unit}`);
    },
  });
  await rm(own, { recursive: true, force: true });
  return sides;
}
