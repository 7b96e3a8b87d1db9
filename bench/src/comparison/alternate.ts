import type { Measurement } from './row.js';
import { type Command, type Readiness, SideProcess } from './side-process.js';

/** What one side measured, round by round. */
export interface SideRounds extends Readiness {
  readonly rounds: readonly Measurement[];
}

export interface AlternateOptions {
  readonly rounds: number;
  /** Starts a new process for every round. @default false */
  readonly startsAfresh?: boolean;
  /** The second side goes first, and each is told what the one before it measured. @default false */
  readonly followsPeer?: boolean;
  /** Hears what was measured, side by side, after each round. */
  readonly onRound?: (values: readonly number[]) => void;
}

/**
 * Has every side measure in turn, round after round, so that what happens on the machine happens to
 * all of them. Only one side works at a time; the others wait, warm.
 */
export async function alternate(
  commands: readonly Command[],
  { rounds, startsAfresh = false, followsPeer = false, onRound }: AlternateOptions,
): Promise<SideRounds[]> {
  const sides = commands.map((command) => new AlternatingSide(command, startsAfresh));
  const [ours, peer, ...others] = sides;
  const turns = followsPeer ? [peer!, ours!, ...others] : sides;
  try {
    for (const side of sides) await side.warmUp();
    for (let round = 0; round < rounds; round += 1) {
      let before: Measurement | null = null;
      for (const side of turns) before = await side.measure(followsPeer ? before : null);
      onRound?.(sides.map(({ measured }) => measured.rounds.at(-1)!.value));
    }
    return sides.map(({ measured }) => measured);
  } finally {
    for (const side of sides) await side.close();
  }
}

/** A side whose process lasts for all rounds, or for one. */
class AlternatingSide {
  readonly #command: Command;
  readonly #startsAfresh: boolean;
  readonly #rounds: Measurement[] = [];
  #process: SideProcess | null = null;
  #readiness: Readiness = {};

  constructor(command: Command, startsAfresh: boolean) {
    this.#command = command;
    this.#startsAfresh = startsAfresh;
  }

  get measured(): SideRounds {
    return { ...this.#readiness, rounds: this.#rounds };
  }

  async warmUp(): Promise<void> {
    if (!this.#startsAfresh) await this.#running();
  }

  async measure(peer: Measurement | null): Promise<Measurement> {
    const side = await this.#running();
    const measurement = await side.measure(peer);
    this.#rounds.push(measurement);
    if (this.#startsAfresh) await this.close();
    return measurement;
  }

  async close(): Promise<void> {
    const side = this.#process;
    this.#process = null;
    await side?.close();
  }

  async #running(): Promise<SideProcess> {
    this.#process ??= await SideProcess.start(this.#command);
    this.#readiness = this.#process.readiness;
    return this.#process;
  }
}
