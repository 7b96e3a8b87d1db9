import type { Learner } from '../learner/learner.js';

/** Lets only the head learn, and every norm parameter (fastai's `freeze`). */
export function freeze(learner: Learner): void {
  learner.freezeTo(-1);
}

/** Lets everything learn (fastai's `unfreeze`). */
export function unfreeze(learner: Learner): void {
  learner.freezeTo(0);
}
