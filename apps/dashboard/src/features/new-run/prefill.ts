import type { RunFormValues } from './run-form.js';

/** What the address of the page says about the run to start. */
export interface Prefill {
  /** A run whose settings to take. */
  readonly from: string | null;
  /** A checkpoint of that run to begin with. */
  readonly checkpoint: string | null;
  readonly values: Partial<RunFormValues>;
}

type Query = Readonly<Record<string, string | string[] | undefined>>;

/** Reads `?dataset=…&learningRate=…&from=…&checkpoint=…`. What makes no sense is left out. */
export function readPrefill(query: Query): Prefill {
  const read = (name: string) => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const datasetId = read('dataset');
  const learningRate = read('learningRate');
  return {
    from: read('from'),
    checkpoint: read('checkpoint'),
    values: {
      ...(datasetId !== null && { datasetId }),
      ...(learningRate !== null &&
        Number(learningRate) > 0 && { rateFrom: 'own' as const, learningRate }),
    },
  };
}
