import type { RunFact } from './run-event.js';
import type { RunRecord, RunStore } from './run-store.js';
import type { WakeBus } from './wake-bus.js';
import { patiently } from '../store/patiently.js';

/** Writes the log of one run for as long as one attempt holds it. */
export class RunLog {
  readonly attempt: number;
  readonly #runId: string;
  readonly #store: RunStore;
  readonly #bus: WakeBus;
  #nextSeq: number;

  private constructor(run: RunRecord, attempt: number, { store, bus }: RunLogOptions) {
    this.#runId = run.id;
    this.attempt = attempt;
    this.#store = store;
    this.#bus = bus;
    this.#nextSeq = run.lastSeq + 1;
  }

  /** Writes for the attempt that `run` was read with: only its creator may, before anyone claims it. */
  static ofNew(run: RunRecord, options: RunLogOptions): RunLog {
    return new RunLog(run, run.attempt, options);
  }

  /**
   * Claims the next attempt of a run, for so many milliseconds if it is to be trained; undefined if
   * someone else was faster.
   */
  static async claim(
    run: RunRecord,
    options: RunLogOptions,
    holdMs = 0,
  ): Promise<RunLog | undefined> {
    const heldUntil = holdMs === 0 ? 0 : Date.now() + holdMs;
    const claim = { expected: run.attempt, heldUntil };
    if (!(await options.store.claim(run.id, claim))) return undefined;
    // Whoever held the run before may have written until the claim.
    const current = (await options.store.find(run.id)) ?? run;
    return new RunLog(current, run.attempt + 1, options);
  }

  /** Says that this attempt is alive; false: someone else has the run. */
  async hold(holdMs: number): Promise<boolean> {
    return this.#store.hold(this.#runId, this.attempt, Date.now() + holdMs);
  }

  /**
   * Appends facts and wakes those who follow the run, once the store answers. Calls must not overlap.
   * Throws `AttemptLostError` or `SeqTakenError`: someone else has the run.
   */
  async append(facts: readonly RunFact[]): Promise<void> {
    if (facts.length === 0) return;
    const at = Date.now();
    await patiently(async (isAgain) => {
      const written = isAgain ? await this.#written(facts.length) : 0;
      const [attempt, seq] = [this.attempt, this.#nextSeq + written];
      if (written < facts.length)
        await this.#store.append(this.#runId, facts.slice(written), { attempt, seq, at });
    });
    this.#nextSeq += facts.length;
    this.#bus.wake(this.#runId);
  }

  /** How many of the facts at hand the store has from a try that it did not answer. */
  async #written(most: number): Promise<number> {
    const run = await this.#store.find(this.#runId);
    // With another attempt, appending says so.
    const isOurs = run?.attempt === this.attempt;
    return isOurs ? Math.min(run.lastSeq + 1 - this.#nextSeq, most) : 0;
  }
}

export interface RunLogOptions {
  readonly store: RunStore;
  readonly bus: WakeBus;
}
