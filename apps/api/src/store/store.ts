import type { DatasetStore } from '../datasets/dataset-store.js';
import type { RunStore } from '../runs/run-store.js';

/**
 * What the program remembers. Asks for nothing beyond ordered writes of single documents, unique
 * keys and compare-and-set, so that a database without transactions can serve.
 */
export interface Store {
  readonly kind: string;
  /** Whether several processes may have it open at the same time. */
  readonly isShared: boolean;
  readonly runs: RunStore;
  readonly datasets: DatasetStore;
  /** Keeps a value under a name, unless there is one already, and returns the one that is kept. */
  remember(name: string, value: string): Promise<string>;
  /** The value kept under a name; undefined if there is none. */
  recall(name: string): Promise<string | undefined>;
  /** Throws if the store cannot answer. */
  check(): Promise<void>;
  /** Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * A page of records by position: values that order them, with the id as tie-breaker. Texts are
 * ordered by their bytes in UTF-8, so capitals come before small letters.
 */
export interface Position {
  readonly value: number | string;
  readonly id: string;
}

export interface PageQuery {
  readonly limit: number;
  /** Exclusive; the page begins after it. */
  readonly after?: Position;
  /** Exclusive; the page ends before it. With it, the page is the last `limit` before it. */
  readonly before?: Position;
  /** Takes the last `limit` instead of the first. */
  readonly fromEnd?: boolean;
}

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Whether there are more beyond the end that the page was not cut at. */
  readonly hasMore: boolean;
  readonly totalCount: number;
}
