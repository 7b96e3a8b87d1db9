import type { ManifestItem } from '@whetstone/training';
import type { DatasetProblem } from './dataset-store.js';

/** What a person should know about items that can be trained on all the same. */
export function lookForProblems(items: readonly ManifestItem[]): DatasetProblem[] {
  return [...thinClasses(items), ...duplicates(items)];
}

function thinClasses(items: readonly ManifestItem[]): DatasetProblem[] {
  const problems: DatasetProblem[] = [];
  for (const [label, members] of groupBy(items, ({ label }) => label)) {
    if (members.length === 1) {
      problems.push({
        path: members[0]!.source,
        code: 'SINGLE_IMAGE_CLASS',
        message: `The class "${label}" has a single image, so it can be learned or judged but not both. Add images of it`,
      });
    } else if (!members.some(({ split }) => split === 'train')) {
      problems.push({
        path: label,
        code: 'CLASS_NOT_TRAINED',
        message: `The class "${label}" has no image in the train split, so it cannot be learned. Add images of it there`,
      });
    }
  }
  return problems;
}

function duplicates(items: readonly ManifestItem[]): DatasetProblem[] {
  const problems: DatasetProblem[] = [];
  for (const copies of groupBy(items, ({ hash }) => hash).values()) {
    const [first] = copies;
    if (first === undefined || copies.length === 1) continue;
    const places = copies.map(({ source }) => source).join(', ');
    if (copies.some(({ label }) => label !== first.label)) {
      problems.push({
        path: first.source,
        code: 'DUPLICATE_WITH_OTHER_LABEL',
        message: `The same image has different labels: ${places}. Keep the one that is right`,
      });
    }
    if (copies.some(({ split }) => split !== first.split)) {
      problems.push({
        path: first.source,
        code: 'DUPLICATE_ACROSS_SPLIT',
        message: `The same image is in the train and in the valid split, so the model is judged by what it has seen: ${places}. Keep one of them`,
      });
    }
  }
  return problems;
}

function groupBy<Entry>(
  entries: readonly Entry[],
  key: (entry: Entry) => string,
): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = groups.get(key(entry));
    if (group === undefined) groups.set(key(entry), [entry]);
    else group.push(entry);
  }
  return groups;
}
