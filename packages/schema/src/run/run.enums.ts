import { registerEnumType } from 'type-graphql';

export const RunStatus = {
  QUEUED: 'queued',
  RUNNING: 'running',
  PAUSED: 'paused',
  INTERRUPTED: 'interrupted',
  SUCCEEDED: 'succeeded',
  STOPPED: 'stopped',
  FAILED: 'failed',
} as const;
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];
registerEnumType(RunStatus, {
  name: 'RunStatus',
  description: 'How far a run has come.',
  valuesConfig: {
    QUEUED: { description: 'It waits for its turn.' },
    RUNNING: { description: 'It trains.' },
    PAUSED: {
      description:
        'A person paused it, or it waits for room on the disk; `statusReason` says which.',
    },
    INTERRUPTED: { description: 'Its trainer ended before it did; `statusReason` says why.' },
    SUCCEEDED: { description: 'Every phase is done. Final.' },
    STOPPED: { description: 'A person stopped it; what it learned is kept. Final.' },
    FAILED: { description: 'It could not go on; `error` says why. Final.' },
  },
});

export const Recipe = {
  LR_FIND: 'lr-find',
  HEAD: 'head',
  FINE_TUNE: 'fine-tune',
  CHAPTER_FIVE: 'chapter-five',
  EXTEND: 'extend',
} as const;
export type Recipe = (typeof Recipe)[keyof typeof Recipe];
registerEnumType(Recipe, {
  name: 'Recipe',
  description: 'A named list of phases.',
  valuesConfig: {
    LR_FIND: { description: 'Finds a learning rate and trains nothing.' },
    HEAD: { description: 'Trains the new head alone: 5 epochs.' },
    FINE_TUNE: {
      description: 'fastai’s `fine_tune`: the head for 1 epoch, then everything for 3.',
    },
    CHAPTER_FIVE: {
      description:
        'The story of the book’s chapter 5: find a rate, train the head for 3 epochs, unfreeze, find a rate again, train everything for 6.',
    },
    EXTEND: {
      description:
        'Only with `from`: the fit that the checkpoint lies in or behind once more, for 3 epochs, on what learns there already. Schedule, rates and weight decay are that fit’s; a `learningRate` is the head’s, and the other layer groups keep their distance to it.',
    },
  },
});

export const SuggestionMethod = {
  VALLEY: 'valley',
  STEEP: 'steep',
  MINIMUM: 'minimum',
  SLIDE: 'slide',
} as const;
export type SuggestionMethod = (typeof SuggestionMethod)[keyof typeof SuggestionMethod];
registerEnumType(SuggestionMethod, {
  name: 'SuggestionMethod',
  description: 'A rule that reads a learning rate off a finder’s curve.',
  valuesConfig: {
    VALLEY: { description: 'In the middle of the longest fall.' },
    STEEP: { description: 'Where the loss falls fastest.' },
    MINIMUM: { description: 'A tenth of the rate with the lowest loss.' },
    SLIDE: { description: 'As far right as possible before the loss slides up.' },
  },
});

export const ScheduleName = {
  ONE_CYCLE: 'one-cycle',
  FLAT_COSINE: 'flat-cosine',
  CONSTANT: 'constant',
} as const;
export type ScheduleName = (typeof ScheduleName)[keyof typeof ScheduleName];
registerEnumType(ScheduleName, {
  name: 'ScheduleName',
  description: 'How a learning rate changes over a fit.',
  valuesConfig: {
    ONE_CYCLE: { description: 'Up to the peak and down again (Smith, 2018).' },
    FLAT_COSINE: { description: 'At the peak first, then down along a cosine.' },
    CONSTANT: { description: 'At the peak throughout.' },
  },
});

export const FrozenBody = { CACHED: 'cached', LIVE: 'live' } as const;
export type FrozenBody = (typeof FrozenBody)[keyof typeof FrozenBody];
registerEnumType(FrozenBody, {
  name: 'FrozenBody',
  description: 'What the body of a network does, above all while it is frozen.',
  valuesConfig: {
    CACHED: {
      description:
        'Its batch norm keeps the statistics it came with. While frozen it runs once for each look of an image, and what it makes of it is kept: later epochs and runs take it from there.',
    },
    LIVE: {
      description:
        'It runs for every batch, and its batch norm learns even while frozen, as in fastai.',
    },
  },
});

export const RunOrderField = { CREATED_AT: 'created-at', NAME: 'name' } as const;
export type RunOrderField = (typeof RunOrderField)[keyof typeof RunOrderField];
registerEnumType(RunOrderField, {
  name: 'RunOrderField',
  description: 'What runs are ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When they were asked for.' },
    NAME: { description: 'Their names.' },
  },
});

export const OrderDirection = { ASC: 'asc', DESC: 'desc' } as const;
export type OrderDirection = (typeof OrderDirection)[keyof typeof OrderDirection];
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Which end of an order comes first.',
  valuesConfig: {
    ASC: { description: 'Oldest, or A, first.' },
    DESC: { description: 'Newest, or Z, first.' },
  },
});
