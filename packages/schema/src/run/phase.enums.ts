import { registerEnumType } from 'type-graphql';

export const PhaseKind = {
  LR_FIND: 'lr-find',
  FIT: 'fit',
  FREEZE: 'freeze',
  UNFREEZE: 'unfreeze',
  EVALUATE: 'evaluate',
} as const;
export type PhaseKind = (typeof PhaseKind)[keyof typeof PhaseKind];
registerEnumType(PhaseKind, {
  name: 'PhaseKind',
  description: 'What a phase does.',
  valuesConfig: {
    LR_FIND: { description: 'The learning-rate range test; restores everything it touched.' },
    FIT: { description: 'Trains.' },
    FREEZE: { description: 'Stops learning in the first layer groups.' },
    UNFREEZE: { description: 'Resumes learning in frozen layer groups.' },
    EVALUATE: { description: 'Judges the model on the valid split.' },
  },
});

export const PhaseStatus = {
  PENDING: 'pending',
  RUNNING: 'running',
  COMPLETED: 'completed',
  STOPPED: 'stopped',
} as const;
export type PhaseStatus = (typeof PhaseStatus)[keyof typeof PhaseStatus];
registerEnumType(PhaseStatus, {
  name: 'PhaseStatus',
  description: 'How far a phase has come.',
  valuesConfig: {
    PENDING: { description: 'Not begun.' },
    RUNNING: { description: 'Under way.' },
    COMPLETED: { description: 'Done to its end.' },
    STOPPED: { description: 'Ended before its end.' },
  },
});

export const LrFinderStop = {
  COMPLETED: 'completed',
  DIVERGED: 'diverged',
  NON_FINITE: 'non-finite',
  STOPPED: 'stopped',
} as const;
export type LrFinderStop = (typeof LrFinderStop)[keyof typeof LrFinderStop];
registerEnumType(LrFinderStop, {
  name: 'LrFinderStop',
  description: 'Why a learning-rate finder ended.',
  valuesConfig: {
    COMPLETED: { description: 'It tried every rate.' },
    DIVERGED: { description: 'The loss rose to four times its lowest.' },
    NON_FINITE: { description: 'The loss was no longer a number.' },
    STOPPED: { description: 'A person stopped the run.' },
  },
});
