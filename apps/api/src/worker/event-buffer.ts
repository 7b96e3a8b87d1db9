import type { TrainingEvent } from '@whetstone/training';
import type { RunFact } from '../runs/run-event.js';

type Columns = Extract<TrainingEvent, { type: 'batches' | 'lr-finder-points' }>;

/** At most one write in this time: what comes sooner is gathered, and gets no older than this. */
const PAUSE_MS = 50;

/**
 * Gathers batches and finder points into larger columns before they are written; every other fact
 * is written at once, after what was gathered before it.
 */
export class EventBuffer {
  readonly #write: (facts: readonly RunFact[]) => void;
  #gathered: Columns[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastWrite = -Infinity;

  constructor(write: (facts: readonly RunFact[]) => void) {
    this.#write = write;
  }

  add(fact: RunFact): void {
    if (fact.type !== 'batches' && fact.type !== 'lr-finder-points') {
      this.#writeWith([fact]);
      return;
    }
    this.#gathered.push(fact);
    const wait = this.#lastWrite + PAUSE_MS - performance.now();
    if (wait <= 0) this.flush();
    else
      this.#timer ??= setTimeout(() => {
        this.flush();
      }, wait);
  }

  /** Writes what was gathered. */
  flush(): void {
    this.#writeWith([]);
  }

  /** Forgets what was gathered: this writer has lost the run. */
  drop(): void {
    this.#take();
  }

  #writeWith(facts: readonly RunFact[]): void {
    const all = [...merged(this.#take()), ...facts];
    if (all.length === 0) return;
    this.#lastWrite = performance.now();
    this.#write(all);
  }

  #take(): Columns[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const gathered = this.#gathered;
    this.#gathered = [];
    return gathered;
  }
}

/** Neighbours of one kind and phase become one event. */
function merged(events: readonly Columns[]): Columns[] {
  const groups: Columns[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group && first?.type === event.type && first.phase === event.phase) group.push(event);
    else groups.push([event]);
  }
  return groups.map(joined);
}

function joined(group: readonly Columns[]): Columns {
  const batches = group.filter((event) => event.type === 'batches');
  const points = group.filter((event) => event.type === 'lr-finder-points');
  const [batch] = batches;
  if (batch !== undefined) {
    return {
      type: 'batches',
      phase: batch.phase,
      steps: batches.flatMap(({ steps }) => steps),
      epochs: batches.flatMap(({ epochs }) => epochs),
      times: batches.flatMap(({ times }) => times),
      losses: batches.flatMap(({ losses }) => losses),
      smoothedLosses: batches.flatMap(({ smoothedLosses }) => smoothedLosses),
      learningRates: batches.flatMap(({ learningRates }) => learningRates),
      momentums: batches.flatMap(({ momentums }) => momentums),
      groupLearningRates: batch.groupLearningRates.map((_column, group) =>
        batches.flatMap(({ groupLearningRates }) => groupLearningRates[group] ?? []),
      ),
    };
  }
  return {
    type: 'lr-finder-points',
    phase: points[0]!.phase,
    indexes: points.flatMap(({ indexes }) => indexes),
    times: points.flatMap(({ times }) => times),
    learningRates: points.flatMap(({ learningRates }) => learningRates),
    losses: points.flatMap(({ losses }) => losses),
    smoothedLosses: points.flatMap(({ smoothedLosses }) => smoothedLosses),
  };
}
