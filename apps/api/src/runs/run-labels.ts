import type { Data, UpdateRunInput } from '@whetstone/schema';
import { badInput } from '../errors.js';
import type { RunLabels } from './run-store.js';

const LONGEST_NAME = 200;
const LONGEST_NOTES = 10_000;
const MOST_TAGS = 20;
const LONGEST_TAG = 50;

/** What an update changes. A name that is given must not be empty. */
export function labelsFrom(input: Data<UpdateRunInput>): Partial<RunLabels> {
  const { name, notes, tags, starred } = input;
  if (name != null && name.trim() === '')
    throw badInput('name', { expected: 'a name of 1 to 200 characters', received: name });
  if (notes != null && notes.length > LONGEST_NOTES)
    throw badInput('notes', tooLong(LONGEST_NOTES, notes));
  return {
    ...(name != null && { name: nameFrom(name) }),
    ...(notes != null && { notes }),
    ...(tags != null && { tags: tagsFrom(tags) }),
    ...(starred != null && { starred }),
  };
}

export function nameFrom(text: string): string {
  const name = text.trim();
  if (name.length > LONGEST_NAME) throw badInput('name', tooLong(LONGEST_NAME, name));
  return name;
}

export function tagsFrom(tags: readonly string[]): readonly string[] {
  const kept = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
  if (kept.length <= MOST_TAGS && kept.every((tag) => tag.length <= LONGEST_TAG)) return kept;
  throw badInput('tags', {
    expected: `up to ${MOST_TAGS} tags of up to ${LONGEST_TAG} characters`,
    received: `${kept.length} tags`,
  });
}

const tooLong = (most: number, text: string) => ({
  expected: `up to ${most} characters`,
  received: `${text.length} of them`,
});
