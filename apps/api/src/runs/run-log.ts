import type { RunFact } from './run-event.js';
import type { RunRecord, RunStore } from './run-store.js';
import type { WakeBus } from './wake-bus.js';

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

  /** Appends facts and wakes those who follow the run. Calls must not overlap. */
  async append(facts: readonly RunFact[]): Promise<void> {
    if (facts.length === 0) return;
    await this.#store.append(this.#runId, facts, {
      attempt: this.attempt,
      seq: this.#nextSeq,
      at: Date.now(),
    });
    this.#nextSeq += facts.length;
    this.#bus.wake(this.#runId);
  }
}

export interface RunLogOptions {
  readonly store: RunStore;
  readonly bus: WakeBus;
}
