import type { RunEvent, RunFact } from '../runs/run-event.js';
import type { NewRun, RunCommand, RunRecord, RunStore, RunWish } from '../runs/run-store.js';
import { everyEvent } from '../store/everything.js';
import { AdminError } from './admin-error.js';
import { canonicalJson } from './store-digests.js';

export interface RunStores {
  readonly from: RunStore;
  readonly to: RunStore;
}

/** Copies a run that nobody writes to. What an earlier copy has of it already is compared, and gone on with. */
export async function copyRun(run: RunRecord, { from, to }: RunStores): Promise<void> {
  const there = (await to.find(run.id)) ?? (await to.create(newRunOf(run)));
  if (identityOf(there) !== identityOf(run) || there.attempt > run.attempt)
    throw copyDiffers(`run ${run.id}`);
  const { name, tags, notes, starred } = run;
  await to.relabel(run.id, { name, tags, notes, starred });
  const writer = new LogWriter(there, to);
  let lastCommand = -1;
  for await (const events of everyEvent(from, run.id)) {
    const known = await to.events(run.id, { after: events[0]!.seq - 1, limit: events.length });
    if (known.some((event, index) => canonicalJson(event) !== canonicalJson(events[index])))
      throw copyDiffers(`the log of run ${run.id}`);
    for (const group of groupsOf(events.slice(known.length))) await writer.append(group);
    for (const { fact } of events)
      if (fact.type === 'command-applied') lastCommand = Math.max(lastCommand, fact.number ?? -1);
  }
  await writer.raiseTo(run.attempt);
  await copyCommand(await from.waitingCommand(run.id), { to, runId: run.id, lastCommand });
}

export function copyDiffers(what: string): AdminError {
  return new AdminError(
    'COPY_DIFFERS',
    `Expected a target that is empty, or has an unfinished copy of the same runs, received another content of ${what} there. Nothing of it was replaced. Take an empty database`,
  );
}

/** What a run is created with. */
function newRunOf(run: RunRecord): NewRun {
  return {
    id: run.id,
    name: run.name,
    tags: run.tags,
    notes: run.notes,
    starred: run.starred,
    demo: run.demo,
    createdAt: run.createdAt,
    datasetId: run.datasetId,
    datasetVersion: run.datasetVersion,
    settings: run.settings,
    clientKey: run.clientKey,
    inputHash: run.inputHash,
  };
}

/** What never changes of it. */
function identityOf(run: RunRecord): string {
  return canonicalJson({ ...newRunOf(run), name: '', tags: [], notes: '', starred: false });
}

/** Events that were written together, as far as one can see. */
function groupsOf(events: readonly RunEvent[]): readonly (readonly RunEvent[])[] {
  const groups: RunEvent[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    if (group?.[0]?.attempt === event.attempt && group[0].at === event.at) group.push(event);
    else groups.push([event]);
  }
  return groups;
}

class LogWriter {
  readonly #runId: string;
  readonly #runs: RunStore;
  #attempt: number;

  constructor(run: RunRecord, runs: RunStore) {
    this.#runId = run.id;
    this.#runs = runs;
    this.#attempt = run.attempt;
  }

  async append(group: readonly RunEvent[]): Promise<void> {
    const { seq, at, attempt } = group[0]!;
    await this.raiseTo(attempt);
    const facts: readonly RunFact[] = group.map(({ fact }) => fact);
    await this.#runs.append(this.#runId, facts, { attempt, seq, at });
  }

  async raiseTo(attempt: number): Promise<void> {
    while (this.#attempt < attempt) {
      await this.#runs.claim(this.#runId, { expected: this.#attempt, heldUntil: 0 });
      this.#attempt += 1;
    }
  }
}

interface CommandPlace {
  readonly to: RunStore;
  readonly runId: string;
  /** Number of the last one that the log says was applied. */
  readonly lastCommand: number;
}

/** Numbers of commands go on behind those that the log has: a lower one is taken for done. */
async function copyCommand(
  waiting: RunCommand | undefined,
  { to, runId, lastCommand }: CommandPlace,
): Promise<void> {
  const there = await to.waitingCommand(runId);
  if (there && there.number > lastCommand && contentOf(there) === contentOf(waiting)) return;
  if (there) await to.settleCommand(there);
  for (let number = -1; number < lastCommand;) {
    const counted = await to.leaveCommand(runId, { command: 'pause' }, 0);
    await to.settleCommand(counted);
    number = counted.number;
  }
  if (waiting) await to.leaveCommand(runId, wishOf(waiting), waiting.at);
}

const contentOf = (command: RunCommand | undefined) =>
  canonicalJson(command ? { ...command, number: 0 } : null);

function wishOf(command: RunCommand): RunWish {
  return command.command === 'adjust'
    ? { command: 'adjust', adjustment: command.adjustment }
    : { command: command.command };
}
