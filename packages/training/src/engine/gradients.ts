import { tf } from './tf.js';
import type { Scalar, Tensor } from './tf.js';

/** A variable, or any other tensor, and the name its gradient goes by. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: Tensor;
}

/** The caller disposes of the loss and of every gradient. */
export interface LossAndGradients {
  readonly loss: Scalar;
  /** One gradient a parameter, by name; zeros where the loss does not depend on it. */
  readonly gradients: Map<string, Tensor>;
}

/** One recorded operation. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  /** Copies of what the gradient needs; they share memory with the originals. */
  readonly saved?: readonly Tensor[];
  readonly gradient?: (dys: (Tensor | null)[]) => Record<string, () => Tensor>;
}

/** The parts of TensorFlow.js's engine that record operations. Private there; the version is pinned. */
interface RecordingEngine {
  readonly state: { activeTape: TapeNode[] | null; readonly gradientDepth: number };
  startTape(): void;
  endTape(): void;
}

/**
 * Computes the loss and its gradients by `parameters`, and by nothing else.
 *
 * TensorFlow.js's own `variableGrads` holds every saved activation and every gradient on the way
 * until it is done; this walk frees each as soon as it was used.
 */
export function lossAndGradients(
  loss: () => Scalar,
  parameters: readonly NamedVariable[],
): LossAndGradients {
  const { value, tape } = record(loss);
  const gradients = new Map<number, Tensor>([[value.id, tf.onesLike(value)]]);
  const reached = reachedFrom(parameters, tape);
  try {
    for (const node of tape.toReversed()) {
      stepBack(node, gradients, reached);
      tf.dispose([...savedBy(node)]);
    }
    return { loss: value, gradients: takeByName(parameters, gradients) };
  } catch (error) {
    tf.dispose([value, ...tape.flatMap(savedBy)]);
    throw error;
  } finally {
    tf.dispose([...gradients.values()]);
  }
}

/** Computes the gradient of `value` by a tensor that it is made of. The caller disposes of it. */
export function gradientBy(value: () => Scalar, x: Tensor): Tensor {
  const { loss, gradients } = lossAndGradients(value, [{ name: 'x', variable: x }]);
  loss.dispose();
  return gradients.get('x')!;
}

/** Whether operations are recorded right now, for gradients. */
export function isRecording(): boolean {
  const { state } = tf.engine() as unknown as RecordingEngine;
  return state.gradientDepth > 0;
}

function record(loss: () => Scalar): { value: Scalar; tape: TapeNode[] } {
  const engine = tf.engine() as unknown as RecordingEngine;
  engine.startTape();
  try {
    const value = tf.tidy(loss);
    return { value, tape: engine.state.activeTape ?? [] };
  } catch (error) {
    tf.dispose(engine.state.activeTape?.flatMap(savedBy) ?? []);
    throw error;
  } finally {
    engine.endTape();
    engine.state.activeTape = null;
  }
}

/** Ids of the tensors that depend on a parameter, the parameters themselves included. */
function reachedFrom(
  parameters: readonly NamedVariable[],
  tape: readonly TapeNode[],
): ReadonlySet<number> {
  const reached = new Set(parameters.map(({ variable }) => variable.id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).every((input) => !reached.has(input.id))) continue;
    for (const output of outputs) reached.add(output.id);
  }
  return reached;
}

/** Passes the gradients of a node's outputs on to its inputs, and frees them. */
function stepBack(
  { kernelName, inputs, outputs, gradient }: TapeNode,
  gradients: Map<number, Tensor>,
  reached: ReadonlySet<number>,
): void {
  const dys = outputs.map((output) => gradients.get(output.id) ?? null);
  const wanted = Object.entries(inputs).filter(([, input]) => reached.has(input.id));
  if (wanted.length > 0 && dys.some((dy) => dy !== null)) {
    if (gradient === undefined) throw new Error(`Expected ${kernelName} to have a gradient`);
    const dxs = tf.tidy(() => {
      const byInput = gradient(dys);
      // A gradient may hand `dy` itself on, even to two inputs; a copy shares its memory.
      return wanted.map(([name]) => tf.clone(byInput[name]!()));
    });
    for (const [index, [, input]] of wanted.entries()) accumulate(gradients, input, dxs[index]!);
  }
  for (const output of outputs) {
    gradients.get(output.id)?.dispose();
    gradients.delete(output.id);
  }
}

function accumulate(gradients: Map<number, Tensor>, { id }: Tensor, gradient: Tensor): void {
  const earlier = gradients.get(id);
  if (earlier === undefined) {
    gradients.set(id, gradient);
    return;
  }
  gradients.set(id, tf.add(earlier, gradient));
  tf.dispose([earlier, gradient]);
}

function takeByName(
  parameters: readonly NamedVariable[],
  gradients: Map<number, Tensor>,
): Map<string, Tensor> {
  return new Map(
    parameters.map(({ name, variable }) => {
      const gradient = gradients.get(variable.id) ?? tf.zerosLike(variable);
      gradients.delete(variable.id);
      return [name, gradient];
    }),
  );
}

const savedBy = ({ saved = [] }: TapeNode): readonly Tensor[] => saved;
