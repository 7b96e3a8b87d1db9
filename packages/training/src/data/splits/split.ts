/** The side of the split that an item is on. */
export type Split = 'train' | 'valid';
