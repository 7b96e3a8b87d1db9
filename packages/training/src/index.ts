export { cacheDirectory } from './cache-directory.js';
export { InvalidOptionError, TrainingError, type TrainingErrorCode } from './errors.js';
// Images become items, items become samples
export {
  FolderNotFoundError,
  imageFiles,
  NoImagesError,
  NotAFolderError,
} from './data/items/items.js';
export {
  type ItemProblem,
  type ReadItem,
  readItems,
  type ReadItems,
  type ReadItemsOptions,
} from './data/items/read-items.js';
export {
  type GrandparentOptions,
  grandparentSplit,
  type Labeller,
  LabelNotFoundError,
  parentLabel,
  patternLabel,
  type PatternLabelOptions,
} from './data/labels/labellers.js';
export { LabelsUnreadableError } from './data/labels/csv.js';
export {
  csvFiles,
  csvLabels,
  type CsvLabelsOptions,
  type LabelTable,
} from './data/labels/csv-labels.js';
export {
  groupSplitter,
  type GroupSplitterOptions,
  randomSplitter,
  type RandomSplitterOptions,
  type SplitItem,
  type Splitter,
  TooFewItemsError,
} from './data/splits/splitters.js';
export {
  EmptySplitError,
  grandparentSplitter,
  indexSplitter,
  NotInASplitError,
} from './data/splits/given-splitters.js';
export { ClassNotTrainedError, TooFewClassesError, trainVocab } from './data/labels/vocab.js';
export {
  type ComparedItem,
  type DuplicateGroup,
  duplicatesAcrossSplits,
  findDuplicates,
  type FindDuplicatesOptions,
  type Leak,
} from './data/duplicates/duplicates.js';
export { type FingerprintedImage, fingerprintImage } from './vision/files/fingerprint-image.js';
export {
  type ImageItem,
  verifyImages,
  type VerifyImagesOptions,
} from './vision/files/verify-images.js';
export { duplicateGroups } from './data/duplicates/duplicate-groups.js';
export type { Split } from './data/splits/split.js';
export {
  type Manifest,
  type ManifestHeader,
  type ManifestItem,
  ManifestUnreadableError,
  readManifest,
  type SplitRule,
  writeManifest,
} from './data/manifest.js';
export { ImageMissingError, ImageUnreadableError } from './vision/files/image-errors.js';
export {
  ensurePresized,
  type ImportedImage,
  importImage,
  presizedPath,
  presizeFor,
} from './vision/files/presized.js';
export { verifyImage } from './vision/files/probe.js';
// Samples become batches
export type { ItemPlace, ItemTransform } from './data/item-transform.js';
export type { DataBlockOptions } from './data/block/block-parts.js';
export { NoReadableItemsError, UnequalSizesError } from './data/block/block-errors.js';
export { BlockSummary, type SummaryOptions, type SummaryStep } from './data/block/block-summary.js';
export { type BlockLoaders, type BlockLoadersOptions, DataBlock } from './data/block/data-block.js';
export { dataBlock, type ImageBlockOptions } from './vision/image-data-block.js';
export { presizing, type Presizing, type PresizingOptions } from './vision/presizing.js';
export { randomResizedSquare, resizeSquare } from './vision/item-transforms.js';
export type { BatchPlace, BatchTransform } from './data/batch-transform.js';
export { type PixelStatistics, resizeAndNormalise } from './vision/batch-transforms.js';
export {
  type Augmentation,
  type AugmentOptions,
  augTransforms,
} from './vision/augment/aug-transforms.js';
export { augmentAndNormalise } from './vision/augment/augment-and-normalise.js';
export type { ExtraTransform, SeededPlace } from './vision/augment/extra-transform.js';
export { saturation, type SaturationOptions } from './vision/augment/saturation.js';
export { hue, type HueOptions } from './vision/augment/hue.js';
export { randomErasing, type RandomErasingOptions } from './vision/augment/random-erasing.js';
export { showBatch, type ShowBatchOptions, type ShownItem } from './vision/show/show-batch.js';
export {
  type ContactSheetOptions,
  type LabelledPicture,
  toContactSheet,
} from './vision/show/contact-sheet.js';
export type { Batch, BatchSource, FrozenFeatures, Loaders, Preprocessing } from './data/batch.js';
export { DataLoader, type DataLoaderOptions } from './data/data-loader.js';
export { NoSamplesError } from './data/no-samples.js';
export type { Sample } from './data/sample.js';
export { imageLoaders, type ImageLoadersOptions } from './vision/image-loaders.js';
// Batches train a learner
export { type EngineInfo, EngineUnavailableError, useNativeEngine } from './engine/native.js';
export { type KernelTime, kernelTimes } from './engine/kernel-times.js';
export { TRAINING_PROCESS_ENVIRONMENT } from './engine/process-environment.js';
export {
  type Architecture,
  architecture,
  architectures,
  registerArchitecture,
  UnknownArchitectureError,
} from './model/architecture.js';
export { type ParameterStore, WeightsMismatchError } from './model/parameter-store.js';
export { type ForwardContext, freeing, type Layer, residual, sequential } from './model/module.js';
export { batchNorm, conv, depthwiseConv, maxPool, rectify, rectify6 } from './model/layers.js';
export type { Padding } from './model/padding.js';
export { readSafetensors, WeightsUnreadableError, writeSafetensors } from './model/safetensors.js';
export type { FrozenBody } from './model/vision-model.js';
export {
  type LearnerSettings,
  visionLearner,
  type VisionLearnerOptions,
} from './vision-learner.js';
// Weights come from the cache, the hub or a file
export type { HubProgress } from './weights/download.js';
export { type HubOptions, hubOptions } from './weights/hub-options.js';
export {
  DiskFullError,
  HubAccessError,
  HubAnswerError,
  HubFileCorruptError,
  HubFileNotFoundError,
  HubOfflineError,
  HubUnreachableError,
} from './weights/hub-errors.js';
export {
  type HubWeights,
  type WeightsAvailability,
  weightsAvailability,
  type WeightsChoice,
  WeightsMissingError,
  weightsSource,
  type WeightsSourceOptions,
} from './weights/weights-source.js';
// What is made small, and what is judged by
export type { Loss } from './losses/loss.js';
export { crossEntropy } from './losses/cross-entropy.js';
export { labelSmoothing, type LabelSmoothingOptions } from './losses/label-smoothing.js';
export { focal, type FocalOptions } from './losses/focal.js';
export {
  balancedClassWeights,
  weightedCrossEntropy,
  type WeightedCrossEntropyOptions,
} from './losses/weighted-cross-entropy.js';
export type { Metric } from './metrics/metric.js';
export { accuracy } from './metrics/accuracy.js';
export { errorRate } from './metrics/error-rate.js';
export { topKAccuracy } from './metrics/top-k-accuracy.js';
export {
  type ClassAverage,
  type ClassAverageOptions,
  f1,
  precision,
  recall,
} from './metrics/precision-recall.js';
export { balancedAccuracy } from './metrics/balanced-accuracy.js';
export { cohenKappa, type CohenKappaOptions, matthews } from './metrics/agreement.js';
export type { Optimizer } from './optimizer/optimizer.js';
export { adam, type AdamOptions } from './optimizer/adam.js';
export { sgd } from './optimizer/sgd.js';
// A learner trains
export {
  CheckpointUnreadableError,
  readCheckpoint,
  writeCheckpoint,
} from './learner/checkpoint.js';
export type { FitAdjustment, FitObserver, FitOptions, FitOutcome } from './learner/fit-options.js';
export type { FitProgress } from './learner/fit-progress.js';
export { type LearnerState, startingState } from './learner/learner-state.js';
export { Learner, type LearnerOptions } from './learner/learner.js';
export type { BatchResult, Callback, Cancel, FitStart, PlannedStep } from './learner/callback.js';
export type { EpochResult } from './learner/epoch-result.js';
export {
  predictWithAugmentation,
  type PredictWithAugmentationOptions,
} from './learner/predict-with-augmentation.js';
export { NonFiniteLossError, stopOnNonFiniteLoss } from './callbacks/stop-on-non-finite-loss.js';
export { earlyStopping, type EarlyStoppingOptions } from './callbacks/early-stopping.js';
export { saveBest, type SaveBestOptions } from './callbacks/save-best.js';
export { reduceOnPlateau, type ReduceOnPlateauOptions } from './callbacks/reduce-on-plateau.js';
export type { MonitorOptions } from './callbacks/monitor.js';
export { mixUp, type MixUpOptions } from './callbacks/mix-up.js';
export {
  progressiveResizing,
  type ProgressiveResizingOptions,
} from './callbacks/progressive-resizing.js';
export {
  findLearningRate,
  type FindLearningRateOptions,
  type LrFinderResult,
} from './lr-finder/find-learning-rate.js';
export type { LrSuggestion, SuggestionMethod } from './lr-finder/suggestion.js';
export type { LearningRate } from './policies/learning-rate.js';
export { fineTune, type FineTuneOptions } from './policies/fine-tune.js';
export {
  fit,
  fitFlatCosine,
  fitOneCycle,
  type FitPolicyOptions,
  type FlatCosineFitOptions,
  type OneCycleFitOptions,
} from './policies/fit.js';
export { freeze, unfreeze } from './policies/freeze.js';
// Phases make a run
export type {
  FitPhase,
  LearningRateSpec,
  LrFindPhase,
  Phase,
  PhaseKind,
  ScheduleName,
} from './policies/phase.js';
export {
  fitDefaults,
  lrFindDefaults,
  type RecipeName,
  type RecipeOptions,
  recipePhases,
} from './policies/recipes.js';
export { type ExtendOptions, extendPhases } from './policies/extend.js';
export { NoSuggestionError } from './policies/resolve-rates.js';
export type { CheckpointPlace, RunJob, RunReporter } from './policies/run-job.js';
export { type RunOutcome, runPhases } from './policies/run-phases.js';
export { CheckpointMismatchError, startWith } from './policies/start-with.js';
export { trainRun } from './policies/train-run.js';
// The learner reports
export type { LrFinderStop, MetricValue, TrainingEvent } from './learner/training-event.js';
// What it got wrong
export { interpret, Interpretation, type InterpretOptions } from './interpretation/interpret.js';
export type { Predictions } from './interpretation/predictions.js';
export {
  type ConfusionCells,
  confusionCells,
  confusionMatrix,
  type ConfusionMatrixOptions,
  type Normalisation,
} from './interpretation/confusion-matrix.js';
export { type Confusion, mostConfused } from './interpretation/most-confused.js';
export { type TopLoss, topLosses } from './interpretation/top-losses.js';
export { type ClassReport, classReport } from './interpretation/class-report.js';
export {
  type AverageScores,
  type ClassificationReport,
  classificationReport,
  formatClassificationReport,
} from './interpretation/classification-report.js';
export {
  type ClassExamples,
  type ExampleOrder,
  examples,
  examplesByClass,
  type ExamplesOptions,
} from './interpretation/examples.js';
export type { ItemPrediction } from './interpretation/item-prediction.js';
export { explainLoss, type LossExplanation } from './interpretation/explain-loss.js';
export type { HeatMap } from './interpretation/heat-map.js';
export { gradCam, type GradCamOptions } from './model/grad-cam.js';
export { overlayHeatMap, type OverlayOptions } from './vision/show/overlay-heat-map.js';
export type { Picture } from './data/picture.js';
// What was learned, kept and used
export {
  classifierOf,
  ImageClassifier,
  type ImageExplanation,
  type ImageSource,
} from './classifier/image-classifier.js';
export type { ClassProbability, ImagePrediction } from './classifier/image-prediction.js';
export { saveLearner } from './classifier/save-learner.js';
export { toLearnerFile } from './classifier/learner-file.js';
export { loadLearner, type LoadLearnerOptions } from './classifier/load-learner.js';
export {
  type LearnerDescription,
  type SavedLearner,
  SavedLearnerUnreadableError,
  type WeightsDigest,
} from './classifier/saved-learner.js';
export { learnerFrom } from './vision-learner.js';
