import { registerEnumType } from 'type-graphql';

export const DatasetStatus = {
  IMPORTING: 'importing',
  READY: 'ready',
  FAILED: 'failed',
} as const;
export type DatasetStatus = (typeof DatasetStatus)[keyof typeof DatasetStatus];
registerEnumType(DatasetStatus, {
  name: 'DatasetStatus',
  description: 'How far a dataset has come.',
  valuesConfig: {
    IMPORTING: { description: 'Its images are being read.' },
    READY: { description: 'It can be trained on.' },
    FAILED: { description: 'It could not be imported; `error` says why.' },
  },
});

export const Split = { TRAIN: 'train', VALID: 'valid' } as const;
export type Split = (typeof Split)[keyof typeof Split];
registerEnumType(Split, {
  name: 'Split',
  description: 'The side of the split that an item is on.',
  valuesConfig: {
    TRAIN: { description: 'The model learns from it.' },
    VALID: { description: 'The model is judged by it.' },
  },
});

export const LabelRule = {
  PARENT_FOLDER: 'parent-folder',
  GRANDPARENT_SPLIT: 'grandparent-split',
} as const;
export type LabelRule = (typeof LabelRule)[keyof typeof LabelRule];
registerEnumType(LabelRule, {
  name: 'LabelRule',
  description: 'Where labels come from.',
  valuesConfig: {
    PARENT_FOLDER: { description: 'The name of the folder that holds the image.' },
    GRANDPARENT_SPLIT: {
      description:
        'As `PARENT_FOLDER`, inside two folders `train` and `valid` that make the split.',
    },
  },
});
