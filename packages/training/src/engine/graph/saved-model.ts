import type { GraphAttribute, GraphNode, GraphTensor } from './graph-node.js';

/** Under which tag the graph lies in its file. */
export const TAG = 'serve';

/** The version of graphs that TensorFlow 2.21 writes (`TF_GRAPH_DEF_VERSION`). */
const GRAPH_VERSION = 1882;

/**
 * Writes a graph as TensorFlow's `saved_model.pb`: protocol buffers, whose few messages and numbers of fields
 * are those of TensorFlow's `saved_model.proto`, `graph.proto`, `node_def.proto` and `attr_value.proto`.
 */
export function encodeSavedModel(nodes: readonly GraphNode[]): Buffer {
  const versions = message(4, integer(1, GRAPH_VERSION));
  const graph = Buffer.concat([...nodes.map((node) => message(1, encodeNode(node))), versions]);
  const metaGraph = Buffer.concat([message(1, text(4, TAG)), message(2, graph)]);
  return Buffer.concat([integer(1, 1), message(2, metaGraph)]);
}

function encodeNode({ name, kernel, inputs, attributes }: GraphNode): Buffer {
  const entries = Object.entries(attributes).map(([key, attribute]) =>
    message(5, Buffer.concat([text(1, key), message(2, encodeAttribute(attribute))])),
  );
  return Buffer.concat([
    text(1, name),
    text(2, kernel),
    ...inputs.map((input) => text(3, input)),
    ...entries,
  ]);
}

function encodeAttribute(attribute: GraphAttribute): Buffer {
  switch (attribute.kind) {
    case 'string':
      return text(2, attribute.value);
    case 'int':
      return integer(3, attribute.value);
    case 'float':
      return float(4, attribute.value);
    case 'bool':
      return integer(5, attribute.value ? 1 : 0);
    case 'type':
      return integer(6, attribute.value);
    case 'shape':
      return message(7, encodeShape(attribute.value));
    case 'tensor':
      return message(8, encodeTensor(attribute.value));
    case 'ints':
      return message(1, Buffer.concat(attribute.value.map((value) => integer(3, value))));
    case 'floats':
      return message(1, Buffer.concat(attribute.value.map((value) => float(4, value))));
  }
}

function encodeTensor({ type, shape, data }: GraphTensor): Buffer {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([integer(1, type), message(2, encodeShape(shape)), message(4, bytes)]);
}

function encodeShape(shape: readonly number[]): Buffer {
  return Buffer.concat(shape.map((size) => message(2, integer(1, size))));
}

// Fields of protocol buffers: a number and a wire type, then the value.

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint((field << 3) | 0), varint(value)]);
}

function float(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), bytes]);
}

function message(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

const text = (field: number, value: string): Buffer => message(field, Buffer.from(value));

/** Seven bits a byte, lowest first; negative numbers as 64 bits of two's complement. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Buffer.from([...bytes, Number(rest)]);
}
