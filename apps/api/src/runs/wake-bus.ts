/** Says that something changed, and nothing more: whoever is woken reads for itself. */
export class WakeBus {
  readonly #watchers = new Set<Watcher>();
  #tell: (id: string) => void = () => undefined;

  /** Has other processes told of every change here; they are heard by `hear`. */
  relay(tell: (id: string) => void): void {
    this.#tell = tell;
  }

  /** Wakes everyone who watches `id`, in any process. */
  wake(id: string): void {
    this.hear(id);
    this.#tell(id);
  }

  /** Wakes everyone in this process who watches `id`. */
  hear(id: string): void {
    for (const watcher of this.#watchers) watcher.wake(id);
  }

  /** Watches one id, or all with null. Remembers a wake-up that came while nobody waited. */
  watch(id: string | null): Watch {
    const watcher = new Watcher(id);
    this.#watchers.add(watcher);
    return {
      next: (timeoutMs) => watcher.next(timeoutMs),
      close: () => {
        this.#watchers.delete(watcher);
        watcher.close();
      },
    };
  }
}

export interface Watch {
  /** Ids that changed since the last call; waits for one, but no longer than `timeoutMs`. */
  next(timeoutMs: number): Promise<ReadonlySet<string>>;
  close(): void;
}

class Watcher {
  readonly #id: string | null;
  #changed = new Set<string>();
  #resume: (() => void) | undefined;

  constructor(id: string | null) {
    this.#id = id;
  }

  wake(id: string): void {
    if (this.#id !== null && this.#id !== id) return;
    this.#changed.add(id);
    this.#resume?.();
  }

  close(): void {
    this.#resume?.();
  }

  async next(timeoutMs: number): Promise<ReadonlySet<string>> {
    if (this.#changed.size === 0) await this.#wait(timeoutMs);
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#resume = () => {
        clearTimeout(timer);
        this.#resume = undefined;
        resolve();
      };
    });
  }
}
