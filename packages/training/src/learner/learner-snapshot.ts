import type { ModelSnapshot, VisionModel } from '../model/vision-model.js';
import type { Optimizer, OptimizerSnapshot } from '../optimizer/optimizer.js';

/** Everything that a train step changes, copied: weights, running statistics, optimizer state. */
export class LearnerSnapshot {
  readonly momentum: number;
  readonly #model: ModelSnapshot;
  readonly #optimizer: OptimizerSnapshot;

  constructor(model: VisionModel, optimizer: Optimizer, momentum: number) {
    this.#model = model.snapshot();
    this.#optimizer = optimizer.snapshot();
    this.momentum = momentum;
  }

  applyTo(model: VisionModel, optimizer: Optimizer): void {
    model.restore(this.#model);
    optimizer.restore(this.#optimizer);
  }

  dispose(): void {
    this.#model.dispose();
    this.#optimizer.dispose();
  }
}
