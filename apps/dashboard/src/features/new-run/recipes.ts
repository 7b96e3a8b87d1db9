import type { Recipe } from '../../graphql/generated/graphql.js';

/** A way to train, in plain words, and what it does where nothing is said. */
export interface RecipeChoice {
  readonly name: string;
  readonly words: string;
  /** Epochs of its last fit; null where it trains nothing. */
  readonly epochs: number | null;
  /** Epochs of the head alone before that; null where it has no such part. */
  readonly frozenEpochs: number | null;
  /** Null where it finds one, or takes another run's. */
  readonly learningRate: number | null;
  /** Finds its learning rate without being asked. */
  readonly findsRate: boolean;
}

export const recipes: Readonly<Record<Recipe, RecipeChoice>> = {
  HEAD: {
    name: 'Quick: head only',
    words:
      'Only the new last layers learn. Done in minutes; often good enough to see what is possible.',
    epochs: 5,
    frozenEpochs: null,
    learningRate: 3e-3,
    findsRate: false,
  },
  FINE_TUNE: {
    name: 'Fine-tune',
    words: 'First the new last layers learn, then everything. The usual choice.',
    epochs: 3,
    frozenEpochs: 1,
    learningRate: 2e-3,
    findsRate: false,
  },
  CHAPTER_FIVE: {
    name: 'As in the book',
    words:
      'Step by step as in chapter 5 of the fast.ai book: find a rate, train the head, unfreeze, find a rate again, train everything.',
    epochs: 6,
    frozenEpochs: 3,
    learningRate: null,
    findsRate: true,
  },
  EXTEND: {
    name: 'Train on as it was',
    words: 'The last training once more, with the same rates, on what was learning there.',
    epochs: 3,
    frozenEpochs: null,
    learningRate: null,
    findsRate: false,
  },
  LR_FIND: {
    name: 'Find a learning rate',
    words: 'Tries learning rates from tiny to huge and suggests some. Trains nothing.',
    epochs: null,
    frozenEpochs: null,
    learningRate: null,
    findsRate: true,
  },
};

/** In the order in which a beginner should read them. */
const recipeOrder: readonly Recipe[] = ['HEAD', 'FINE_TUNE', 'CHAPTER_FIVE', 'LR_FIND'];

/** What there is to choose from; only a run from a checkpoint has something to go on with. */
export const recipesFor = (from: string): readonly Recipe[] =>
  from === '' ? recipeOrder : ['EXTEND', ...recipeOrder];
