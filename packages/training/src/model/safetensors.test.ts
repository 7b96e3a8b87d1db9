import { describe, expect, it } from 'vitest';
import { readSafetensors, WeightsUnreadableError, writeSafetensors } from './safetensors.js';
import { readMetadata, tensorBytes, withMetadata } from './safetensors-metadata.js';

/** A file with this header, as text or as JSON, and these bytes of data. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

const tensor = (dtype: string, shape: number[], data: Uint8Array) =>
  readSafetensors(fileOf({ x: { dtype, shape, data_offsets: [0, data.length] } }, data)).get('x')!;

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('writeSafetensors', () => {
  const tensors = new Map([
    ['body.weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, NaN, Infinity) }],
    ['scalar', { shape: [], data: Float32Array.of(7) }],
    ['empty', { shape: [0, 4], data: new Float32Array() }],
  ]);

  it('writes what readSafetensors reads', () => {
    const read = readSafetensors(writeSafetensors(tensors, { vocab: '["cat","dog"]' }));
    expect([...read.keys()]).toEqual(['body.weight', 'scalar', 'empty']);
    for (const [name, { shape, data }] of tensors) {
      expect(read.get(name)).toEqual({ dtype: 'F32', shape, data });
    }
  });

  it('keeps metadata in the header', () => {
    const file = Buffer.from(writeSafetensors(tensors, { epoch: '3' }));
    const header: unknown = JSON.parse(
      file.toString('utf8', 8, 8 + Number(file.readBigUInt64LE())),
    );
    expect(header).toMatchObject({ __metadata__: { epoch: '3' } });
  });

  it('begins the data at a multiple of eight, as the format asks', () => {
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg']) {
      const file = Buffer.from(writeSafetensors(new Map([[name, tensors.get('scalar')!]])));
      expect(Number(file.readBigUInt64LE()) % 8).toBe(0);
    }
  });
});

describe('withMetadata', () => {
  const tensors = new Map([['x', { shape: [3], data: Float32Array.of(1, -2, 3.5) }]]);

  it('says more about a file, whose tensors stay as they are', () => {
    const file = writeSafetensors(tensors, { epoch: '3', vocab: '[]' });
    const grown = withMetadata(file, { vocab: '["é","\\""]', more: 'yes' });
    expect(readMetadata(grown)).toEqual({ epoch: '3', vocab: '["é","\\""]', more: 'yes' });
    expect(readSafetensors(grown)).toEqual(readSafetensors(file));
    expect(tensorBytes(grown)).toEqual(bytesOf(tensors.get('x')!.data));
  });

  it('finds nothing in a file that says nothing, or says it otherwise than the format has it', () => {
    expect(readMetadata(fileOf({}))).toEqual({});
    expect(readMetadata(fileOf({ __metadata__: null }))).toEqual({});
    expect(readMetadata(fileOf({ __metadata__: { epoch: 3, format: 'pt' } }))).toEqual({
      format: 'pt',
    });
  });
});

describe('readSafetensors', () => {
  it.each([
    ['F32', Float32Array.of(1.5, -2)],
    ['F64', Float64Array.of(Math.PI, -2)],
    ['I64', BigInt64Array.of(-3n, 2n ** 40n)],
    ['U64', BigUint64Array.of(3n, 2n ** 63n)],
    ['I32', Int32Array.of(-3, 9)],
    ['U32', Uint32Array.of(3, 2 ** 31)],
    ['I16', Int16Array.of(-3, 9)],
    ['U16', Uint16Array.of(3, 65_535)],
    ['I8', Int8Array.of(-3, 9)],
    ['U8', Uint8Array.of(3, 255)],
    ['BOOL', Uint8Array.of(0, 1)],
  ])('reads %s', (dtype, data) => {
    expect(tensor(dtype, [2], bytesOf(data))).toEqual({ dtype, shape: [2], data });
  });

  it('widens half precision', () => {
    // 1, -2, the largest, the smallest above zero, infinity: bit patterns of IEEE 754 binary16.
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00);
    const expected = Float32Array.of(1, -2, 65_504, 2 ** -24, Infinity);
    expect(tensor('F16', [5], bytesOf(bits)).data).toEqual(expected);
  });

  it('widens brain floats', () => {
    const bits = Uint16Array.of(0x3f80, 0xc000, 0x7f80);
    expect(tensor('BF16', [3], bytesOf(bits)).data).toEqual(Float32Array.of(1, -2, Infinity));
  });

  it('reads a file that stands at an odd place in memory', () => {
    const file = writeSafetensors(new Map([['x', { shape: [1], data: Float32Array.of(5) }]]));
    const moved = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(readSafetensors(moved).get('x')!.data).toEqual(Float32Array.of(5));
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const data = new Uint8Array(8);
  it.each([
    ['nothing', new Uint8Array(), /a header.*0 bytes/],
    ['a header longer than the file', fileOf('{}').subarray(0, 9), /header of 2 bytes.*1 bytes/],
    ['a web page', Buffer.from('<!DOCTYPE html><title>404</title>'), /header of \d+ bytes/],
    ['a header that is no JSON', fileOf('{"x":'), /JSON object/],
    ['a header that is a list', fileOf('[]'), /JSON object/],
    ['an entry that is no object', fileOf({ x: 1 }, data), /an object for `x`/],
    ['an unknown type', fileOf({ x: { ...entry, dtype: 'F8' } }, data), /one of the types.*`x`/],
    ['a negative shape', fileOf({ x: { ...entry, shape: [-2] } }, data), /a shape for `x`/],
    ['one offset', fileOf({ x: { ...entry, data_offsets: [0] } }, data), /two offsets for `x`/],
    ['too few bytes', fileOf({ x: { ...entry, data_offsets: [0, 4] } }, data), /8 bytes of data/],
    ['a file cut short', fileOf({ x: entry }, data.subarray(1)), /`x`.*cut short/],
  ])('refuses %s', (_what, file, message) => {
    expect(() => readSafetensors(file)).toThrow(WeightsUnreadableError);
    expect(() => readSafetensors(file)).toThrow(message);
  });
});
