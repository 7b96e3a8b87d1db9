import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** Threads of each side. */
  readonly threads: number;
  readonly memoryGb: number;
  readonly system: string;
  /** Processes that wanted a core, over the minute before the first row. */
  readonly loadBefore: number;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'of unknown make',
    cores: cpus().length,
    threads: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    loadBefore: Number(loadavg()[0]!.toFixed(1)),
  };
}

/** When and on what something was measured, as a sentence. Asked before it is, it tells the load of others. */
export function measuredHere(): string {
  const { cpu, cores, memoryGb, loadBefore } = thisMachine();
  const date = new Date().toISOString().slice(0, 10);
  return `Measured on ${date}: ${cpu}, ${cores} cores, ${memoryGb} GB, a load of ${loadBefore} before.`;
}
