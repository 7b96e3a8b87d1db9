import { readHeader, startFile } from './safetensors.js';

/** Texts that a safetensors file carries beside its tensors, by name. */
export type SafetensorsMetadata = Readonly<Record<string, string>>;

const KEY = '__metadata__';

/** What a file says about itself; texts only, as the format has it. */
export function readMetadata(file: Uint8Array): SafetensorsMetadata {
  const metadata: unknown = readHeader(file).header[KEY];
  if (typeof metadata !== 'object' || metadata === null) return {};
  return Object.fromEntries(
    Object.entries(metadata).filter((entry): entry is [string, string] => {
      return typeof entry[1] === 'string';
    }),
  );
}

/** A file with the same tensors that says more about itself. */
export function withMetadata(file: Uint8Array, added: SafetensorsMetadata): Uint8Array {
  const header = { ...readHeader(file).header, [KEY]: { ...readMetadata(file), ...added } };
  const bytes = tensorBytes(file);
  const grown = startFile(header, bytes.length);
  grown.file.set(bytes, grown.dataStart);
  return grown.file;
}

/** The bytes of all tensors, without the header before them: a view of the file. */
export function tensorBytes(file: Uint8Array): Uint8Array {
  return file.subarray(readHeader(file).dataStart);
}
