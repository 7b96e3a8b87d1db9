import { MongoBulkWriteError, MongoServerError } from 'mongodb';

const DUPLICATE_KEY = 11000;

/** Whether a write failed because a unique key is taken. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

/** Takes the failure of an insert that is there already for a success. */
export function unlessThere(error: unknown): void {
  if (error instanceof MongoBulkWriteError ? !areAllThere(error) : !isDuplicateKey(error))
    throw error;
}

function areAllThere({ writeErrors, result }: MongoBulkWriteError): boolean {
  const failures = [writeErrors].flat();
  return !result.getWriteConcernError() && failures.every(({ code }) => code === DUPLICATE_KEY);
}
