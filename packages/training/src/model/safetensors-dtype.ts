/** Numbers of a tensor in memory. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface DtypeCodec {
  readonly bytes: number;
  /** Reads little-endian data, as every machine that Node runs on has it. */
  readonly decode: (data: ArrayBuffer) => TensorData;
}

/** Element types of safetensors files. */
export type Dtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'U64'
  | 'I32'
  | 'U32'
  | 'I16'
  | 'U16'
  | 'I8'
  | 'U8'
  | 'BOOL';

/** How wide each element type is, and how it is read. */
export const DTYPES: Readonly<Record<Dtype, DtypeCodec>> = {
  F64: { bytes: 8, decode: (data) => new Float64Array(data) },
  F32: { bytes: 4, decode: (data) => new Float32Array(data) },
  F16: { bytes: 2, decode: (data) => Float32Array.from(new Uint16Array(data), halfToNumber) },
  BF16: { bytes: 2, decode: widenBrainFloats },
  I64: { bytes: 8, decode: (data) => new BigInt64Array(data) },
  U64: { bytes: 8, decode: (data) => new BigUint64Array(data) },
  I32: { bytes: 4, decode: (data) => new Int32Array(data) },
  U32: { bytes: 4, decode: (data) => new Uint32Array(data) },
  I16: { bytes: 2, decode: (data) => new Int16Array(data) },
  U16: { bytes: 2, decode: (data) => new Uint16Array(data) },
  I8: { bytes: 1, decode: (data) => new Int8Array(data) },
  U8: { bytes: 1, decode: (data) => new Uint8Array(data) },
  BOOL: { bytes: 1, decode: (data) => new Uint8Array(data) },
};

/** A brain float is the upper half of a float32. */
function widenBrainFloats(data: ArrayBuffer): Float32Array {
  return new Float32Array(Uint32Array.from(new Uint16Array(data), (bits) => bits << 16).buffer);
}

/** IEEE 754 binary16: one bit of sign, five of exponent, ten of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
