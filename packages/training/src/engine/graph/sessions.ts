import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runWatched } from '../kernel-hook.js';
import { nativeBackend } from '../native-kernel.js';
import type { Tensor } from '../tf.js';
import type { GraphNode } from './graph-node.js';
import { encodeSavedModel, TAG } from './saved-model.js';

/** A graph as TensorFlow reads it. */
export interface EncodedGraph {
  readonly bytes: Buffer;
  /** The same for the same graph. */
  readonly key: string;
  /** Names of what it is given, in the order in which it is. */
  readonly inputs: readonly string[];
  readonly output: string;
}

export function encodeGraph(
  nodes: readonly GraphNode[],
  { inputs, output }: Pick<EncodedGraph, 'inputs' | 'output'>,
): EncodedGraph {
  const bytes = encodeSavedModel(nodes);
  return { bytes, key: createHash('sha256').update(bytes).digest('hex'), inputs, output };
}

/** Graphs that are loaded, those used last at the end. They hold no weights, so that models of one kind share them. */
const sessions = new Map<string, number>();
const MOST_SESSIONS = 8;

/** Runs a graph. The caller disposes of what it gives. */
export function runGraph(graph: EncodedGraph, inputs: readonly Tensor[]): Tensor {
  const backend = nativeBackend()!;
  const session = sessions.get(graph.key) ?? load(graph);
  sessions.delete(graph.key);
  sessions.set(graph.key, session);
  const run = () => {
    const ids = backend.getInputTensorIds(inputs);
    return backend.binding
      .runSavedModel(session, ids, graph.inputs.join(','), graph.output)
      .map((made) => backend.createOutputTensor(made));
  };
  return runWatched({ kernel: 'Graph', attributes: [], inputs, run })[0]!;
}

function load({ bytes }: EncodedGraph): number {
  const { binding } = nativeBackend()!;
  const [oldest] = sessions;
  if (oldest !== undefined && sessions.size >= MOST_SESSIONS) {
    sessions.delete(oldest[0]);
    binding.deleteSavedModel(oldest[1]);
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'whetstone-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
