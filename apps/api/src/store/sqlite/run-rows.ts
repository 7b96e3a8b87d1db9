import type { FitAdjustment } from '@whetstone/training';
import { decodeJson } from '../../json-codec.js';
import type { RunEvent, RunFact } from '../../runs/run-event.js';
import type { RunCommand, RunRecord, RunWish } from '../../runs/run-store.js';

interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly tags: string;
  readonly notes: string;
  readonly starred: number;
  readonly demo: number;
  readonly created_at: number;
  readonly dataset_id: string;
  readonly dataset_version: number;
  readonly settings: string;
  readonly client_key: string | null;
  readonly input_hash: string;
  readonly status: string;
  readonly attempt: number;
  readonly held_until: number;
  readonly last_seq: number;
}

// The casts below trust rows and texts that this file alone has written.
export function toRun(row: unknown): RunRecord {
  const run = row as RunRow;
  return {
    id: run.id,
    name: run.name,
    tags: decodeJson(run.tags) as string[],
    notes: run.notes,
    starred: run.starred === 1,
    demo: run.demo === 1,
    createdAt: run.created_at,
    datasetId: run.dataset_id,
    datasetVersion: run.dataset_version,
    settings: decodeJson(run.settings) as RunRecord['settings'],
    clientKey: run.client_key,
    inputHash: run.input_hash,
    status: run.status as RunRecord['status'],
    attempt: run.attempt,
    heldUntil: run.held_until,
    lastSeq: run.last_seq,
  };
}

export function toEvent(runId: string, row: unknown): RunEvent {
  const { fact, ...rest } = row as Omit<RunEvent, 'runId' | 'fact'> & { fact: string };
  return { runId, ...rest, fact: decodeJson(fact) as RunFact };
}

interface CommandRow {
  readonly run_id: string;
  readonly number: number;
  readonly command: RunWish['command'];
  readonly adjustment: string | null;
  readonly at: number;
}

export function toCommand(row: unknown): RunCommand {
  const { run_id, number, command, adjustment, at } = row as CommandRow;
  const place = { runId: run_id, number, at };
  // Rows are ours: an adjustment stands beside its command.
  return command === 'adjust'
    ? { ...place, command, adjustment: JSON.parse(adjustment!) as FitAdjustment }
    : { ...place, command };
}

/** Null unless the wish is an adjustment. */
export function adjustmentOf(wish: RunWish): string | null {
  return wish.command === 'adjust' ? JSON.stringify(wish.adjustment) : null;
}

/** Whether two wishes are the same. */
export const isSame = (one: RunWish, other: RunWish): boolean =>
  one.command === other.command && adjustmentOf(one) === adjustmentOf(other);
