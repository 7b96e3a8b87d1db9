/** A database was written by a newer version of the program. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';

  constructor({ known, found, fix }: { known: number; found: number; fix: string }) {
    super(
      `Expected a database of schema ${known} or older, received ${found}, written by a newer version. ${fix}`,
    );
  }
}
