// Images become items, items become samples
export type { Manifest, ManifestHeader, ManifestItem, SplitRule } from './data/manifest.js';
export type { Split } from './data/split.js';
// Samples become batches
export type { Batch, BatchSource, Loaders } from './data/batch.js';
// Batches train a learner
export type { LearningRateSpec, Phase, PhaseKind, ScheduleName } from './policies/phase.js';
export type { RunJob, RunReporter } from './policies/run-job.js';
// The learner reports
export type { MetricValue, TrainingEvent } from './learner/training-event.js';
export type { LrSuggestion, SuggestionMethod } from './lr-finder/suggestion.js';
// What it got wrong
export type { Predictions } from './interpretation/predictions.js';
