/** Whether what the page shows is live. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** Cut off at `since`, in milliseconds since 1970; it is being tried again. */
  | { readonly state: 'reconnecting'; readonly since: number }
  /** The server will not have it, and trying again would not help. */
  | { readonly state: 'refused' };

/** The state of the connection to the API, for whoever wants to show it. */
export class ConnectionMonitor {
  readonly #listeners = new Set<() => void>();
  #current: Connection = { state: 'connecting' };
  #lastMessageAt = 0;

  get current(): Connection {
    return this.#current;
  }

  /** When the last data arrived, by the clock of `performance.now()`; 0 before any did. */
  get lastMessageAt(): number {
    return this.#lastMessageAt;
  }

  heard(now = performance.now()): void {
    this.#lastMessageAt = now;
  }

  connected(): void {
    this.#set({ state: 'live' });
  }

  /** Keeps the moment of the first failure while attempts to reconnect fail as well. */
  cut(now = Date.now()): void {
    if (this.#current.state === 'reconnecting' || this.#current.state === 'refused') return;
    this.#set({ state: 'reconnecting', since: now });
  }

  refused(): void {
    this.#set({ state: 'refused' });
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  #set(connection: Connection): void {
    this.#current = connection;
    for (const listener of this.#listeners) listener();
  }
}
