import { type Command, type Readiness, SideProcess } from './side-process.js';

/** What one side took, round by round. */
export interface SideRounds extends Readiness {
  readonly values: readonly number[];
}

export interface AlternateOptions {
  readonly rounds: number;
  /** Starts a new process for every round. @default false */
  readonly startsAfresh?: boolean;
  /** Hears what was measured, side by side, after each round. */
  readonly onRound?: (values: readonly number[]) => void;
}

/**
 * Has every side measure in turn, round after round, so that what happens on the machine happens to
 * all of them. Only one side works at a time; the others wait, warm.
 */
export async function alternate(
  commands: readonly Command[],
  { rounds, startsAfresh = false, onRound }: AlternateOptions,
): Promise<SideRounds[]> {
  const sides = commands.map((command) => new AlternatingSide(command, startsAfresh));
  try {
    for (const side of sides) await side.warmUp();
    for (let round = 0; round < rounds; round += 1) {
      const values: number[] = [];
      for (const side of sides) values.push(await side.measure());
      onRound?.(values);
    }
    return sides.map(({ rounds }) => rounds);
  } finally {
    for (const side of sides) await side.close();
  }
}

/** A side whose process lasts for all rounds, or for one. */
class AlternatingSide {
  readonly #command: Command;
  readonly #startsAfresh: boolean;
  readonly #values: number[] = [];
  #process: SideProcess | null = null;
  #readiness: Readiness = {};

  constructor(command: Command, startsAfresh: boolean) {
    this.#command = command;
    this.#startsAfresh = startsAfresh;
  }

  get rounds(): SideRounds {
    return { ...this.#readiness, values: this.#values };
  }

  async warmUp(): Promise<void> {
    if (!this.#startsAfresh) await this.#running();
  }

  async measure(): Promise<number> {
    const side = await this.#running();
    const value = await side.measure();
    this.#values.push(value);
    if (this.#startsAfresh) await this.close();
    return value;
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
