import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** How long others are watched, before anything is measured. */
const WATCHED_MS = 2000;

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Threads of each side. */
  readonly threads: number;
  readonly memoryGb: number;
  readonly system: string;
  /** How many cores were busy before the first row, with the work of others. */
  readonly loadBefore: number;
}

/** Takes two seconds, in which it watches. */
export async function thisMachine(): Promise<Machine> {
  const before = coreTimes();
  await setTimeout(WATCHED_MS);
  const after = coreTimes();
  const shareBusy = (after.busy - before.busy) / (after.all - before.all);
  return {
    cpu: cpus()[0]?.model.trim() ?? 'of unknown make',
    cores: cpus().length,
    threads: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: Number((shareBusy * cpus().length).toFixed(1)),
  };
}

/** Milliseconds of all cores together, since the system's start. */
function coreTimes(): { busy: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const all = times.flatMap((core) => Object.values(core)).reduce((sum, ms) => sum + ms, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}

/** When and on what something was measured, as a sentence. Asked before it is, it tells the load of others. */
export async function measuredHere(): Promise<string> {
  const { cpu, cores, memoryGb, loadBefore } = await thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}: ${cpu}, ${memoryGb} GB, ${cores} cores, ${loadBefore} of them busy before.`;
}
