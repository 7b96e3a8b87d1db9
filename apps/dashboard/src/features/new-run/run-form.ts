import type { FrozenBody, Recipe, StartRunInput } from '../../graphql/generated/graphql.js';
import { recipes } from './recipes.js';

/** Where the learning rate comes from: the recipe, a finder, or the person. */
export type RateFrom = 'recipe' | 'finder' | 'own';

/** What stands in the form, as it was typed. Empty: the default. */
export interface RunFormValues {
  readonly datasetId: string;
  /** Checkpoint to begin with; empty: pretrained weights. */
  readonly from: string;
  readonly recipe: Recipe;
  readonly epochs: string;
  readonly frozenEpochs: string;
  readonly rateFrom: RateFrom;
  readonly learningRate: string;
  readonly architecture: string;
  readonly imageSize: string;
  readonly batchSize: string;
  /** Empty: the server's default. */
  readonly frozenBody: FrozenBody | '';
  readonly seed: string;
  readonly validShare: string;
  readonly name: string;
}

export type RunFormField = keyof RunFormValues;

/** What is wrong, by field; `form` for what belongs to none. */
export type RunFormErrors = Partial<Record<RunFormField | 'form', string>>;

export const emptyForm: RunFormValues = {
  datasetId: '',
  from: '',
  recipe: 'FINE_TUNE',
  epochs: '',
  frozenEpochs: '',
  rateFrom: 'recipe',
  learningRate: '',
  architecture: '',
  imageSize: '',
  batchSize: '',
  frozenBody: '',
  seed: '',
  validShare: '',
  name: '',
};

type Parsed =
  | { readonly input: StartRunInput; readonly errors: null }
  | { readonly input: null; readonly errors: RunFormErrors };

const numeric = {
  epochs: 'a whole number',
  frozenEpochs: 'a whole number',
  learningRate: 'a number such as 0.002 or 2e-3',
  imageSize: 'a whole number of pixels',
  batchSize: 'a whole number',
  seed: 'a whole number',
  validShare: 'a number from 0.01 to 0.9, such as 0.2',
} as const satisfies Partial<Record<RunFormField, string>>;

/** Turns what was typed into what the API takes. Ranges are the API's matter: it says what it expected. */
export function parseRunForm(values: RunFormValues): Parsed {
  const errors: RunFormErrors = {};
  const number = (field: keyof typeof numeric) => {
    const text = values[field].trim().replace(',', '.');
    if (text === '') return null;
    if (Number.isFinite(Number(text)) && isWholeIfItMust(field, Number(text))) return Number(text);
    errors[field] = `Expected ${numeric[field]}, received "${values[field].trim()}"`;
    return null;
  };
  const { epochs, frozenEpochs } = recipes[values.recipe];
  const ownRate = epochs !== null && values.rateFrom === 'own';
  if (values.datasetId === '') errors.datasetId = 'Choose what to learn from';
  if (ownRate && values.learningRate.trim() === '') {
    errors.learningRate = `Expected ${numeric.learningRate}, received nothing. Type one, or have it found`;
  }
  const input: StartRunInput = {
    datasetId: values.datasetId,
    from: values.from || null,
    recipe: values.recipe,
    epochs: epochs === null ? null : number('epochs'),
    frozenEpochs: frozenEpochs === null ? null : number('frozenEpochs'),
    learningRate: ownRate ? number('learningRate') : null,
    learningRateFrom: epochs !== null && values.rateFrom === 'finder' ? 'VALLEY' : null,
    architecture: values.architecture || null,
    imageSize: number('imageSize'),
    batchSize: number('batchSize'),
    frozenBody: values.frozenBody || usualBody(values),
    seed: number('seed'),
    validShare: number('validShare'),
    name: values.name.trim() || null,
  };
  return Object.keys(errors).length === 0 ? { input, errors: null } : { input: null, errors };
}

/** Beside a checkpoint, what is left out is what its run had. */
const usualBody = ({ from }: RunFormValues): FrozenBody | null => (from === '' ? null : 'CACHED');

function isWholeIfItMust(field: keyof typeof numeric, value: number): boolean {
  return field === 'learningRate' || field === 'validShare' || Number.isInteger(value);
}

/** Puts what the server refused beside the field that is to blame. */
export function errorsFromServer(field: string | null, message: string): RunFormErrors {
  if (field === 'learningRateFrom') return { rateFrom: message };
  return field !== null && field in emptyForm ? { [field]: message } : { form: message };
}

/** Fields that stand under "More". */
const more: readonly RunFormField[] = [
  'architecture',
  'imageSize',
  'batchSize',
  'frozenBody',
  'seed',
  'validShare',
  'name',
  'frozenEpochs',
];

/** Whether something under "More" was filled in or is wrong, so that it must be open. */
export function needsMore(values: RunFormValues, errors: RunFormErrors): boolean {
  return more.some((field) => values[field] !== '' || errors[field] !== undefined);
}
