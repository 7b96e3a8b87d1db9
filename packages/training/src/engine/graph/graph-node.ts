/** An operation of a TensorFlow graph. */
export interface GraphNode {
  readonly name: string;
  /** TensorFlow's name of the operation, such as `Conv2D`. */
  readonly kernel: string;
  /** Names of what it takes: a node's, or `name:1` for its second output. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, GraphAttribute>>;
}

/** What an attribute says, by its kind. Types are TensorFlow's numbers for them; -1 is a dimension of any size. */
export type GraphAttribute =
  | { readonly kind: 'type' | 'int' | 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'shape' | 'ints' | 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: GraphTensor };

export interface GraphTensor {
  readonly type: number;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}
