import { TrainingError } from '../errors.js';
import { DTYPES, type Dtype, type TensorData } from './safetensors-dtype.js';

/** A tensor as a file holds it. Half-precision data is widened to float32. */
export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A weights file is not what the safetensors format allows, or is cut short. */
export class WeightsUnreadableError extends TrainingError {
  override readonly name = 'WeightsUnreadableError';
  readonly code = 'WEIGHTS_UNREADABLE';

  constructor(expected: string, received: string) {
    super(
      `Expected a safetensors file with ${expected}, received ${received}. ` +
        'Delete the file and run `npm run setup` to get it again',
    );
  }
}

/** Reads every tensor of a safetensors file, by name. */
export function readSafetensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const { header, dataStart } = readHeader(bytes);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, begin, end } = parseEntry(name, entry);
    if (dataStart + end > bytes.length) {
      throw new WeightsUnreadableError(
        `${dataStart + end} bytes or more, for \`${name}\``,
        `${bytes.length} bytes: it was cut short`,
      );
    }
    // A copy, since typed arrays want aligned data; `slice` of a Node buffer would not copy.
    const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
    const data = DTYPES[dtype].decode(copy.buffer);
    tensors.set(name, { dtype, shape, data });
  }
  return tensors;
}

/** Writes float32 tensors as a safetensors file, in the order of the map. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let length = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [length, length + data.byteLength] };
    length += data.byteLength;
  }
  const { file, dataStart } = startFile(header, length);
  let offset = dataStart;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** A file with that header, and room for so many bytes of tensors from `dataStart` on. */
export function startFile(
  header: Readonly<Record<string, unknown>>,
  length: number,
): { file: Uint8Array; dataStart: number } {
  const json = Buffer.from(JSON.stringify(header));
  // Spaces fill the header up, so that the data begins at a multiple of eight.
  const dataStart = 8 + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(dataStart + length).fill(0x20, 8, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  file.set(json, 8);
  return { file, dataStart };
}

/** The header of a file as it is, entries unchecked, and where the tensors' bytes begin. */
export function readHeader(bytes: Uint8Array): {
  header: Record<string, unknown>;
  dataStart: number;
} {
  if (bytes.length < 8) throw new WeightsUnreadableError('a header', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > bytes.length - 8) {
    throw new WeightsUnreadableError(
      `a header of ${length} bytes, as it announces`,
      `${bytes.length - 8} bytes after the length`,
    );
  }
  const header = parseJson(Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8'));
  if (!isRecord(header)) throw new WeightsUnreadableError('a JSON object for a header', 'none');
  return { header, dataStart: 8 + length };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(name: string, entry: unknown): Entry {
  const fail = (expected: string): never => {
    throw new WeightsUnreadableError(`${expected} for \`${name}\``, JSON.stringify(entry));
  };
  if (!isRecord(entry)) return fail('an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) return fail(`one of the types ${Object.keys(DTYPES).join(', ')}`);
  if (!isCounts(shape)) return fail('a shape');
  if (!isCounts(offsets) || offsets.length !== 2) return fail('two offsets');
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, dimension) => product * dimension, DTYPES[dtype].bytes);
  if (end - begin !== size) return fail(`${size} bytes of data`);
  return { dtype, shape, begin, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isDtype = (value: unknown): value is Dtype =>
  typeof value === 'string' && Object.hasOwn(DTYPES, value);

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
