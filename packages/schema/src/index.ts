import './reflect-metadata.js';

// Scalars and lists
export type { Data } from './data.js';
export { DateTime } from './scalars/date-time.js';
export { MetricValue } from './scalars/metric-value.js';
export { Node } from './node.type.js';
export { PageArgs } from './paging/page.args.js';
export { type Connection, PageInfo } from './paging/page-info.type.js';
// Datasets
export { DatasetStatus, LabelRule, Split } from './dataset/dataset.enums.js';
export { ItemsArgs } from './dataset/dataset.args.js';
export { ImportDatasetInput, LabelRuleInput } from './dataset/dataset.input.js';
export {
  ClassCount,
  Dataset,
  DatasetVersion,
  ImportProgress,
  Problem,
} from './dataset/dataset.type.js';
export { DatasetConnection, DatasetEdge, ImportDatasetPayload } from './dataset/dataset.payload.js';
export { Item, ItemConnection, ItemEdge } from './dataset/item.type.js';
export { Folder, FolderPreview } from './dataset/folder.type.js';
// Runs
export {
  FrozenBody,
  OrderDirection,
  Recipe,
  RunOrderField,
  RunStatus,
  ScheduleName,
  SuggestionMethod,
} from './run/run.enums.js';
export { LrFinderStop, PhaseKind, PhaseStatus } from './run/phase.enums.js';
export {
  EvaluateInput,
  FitInput,
  FreezeInput,
  LearningRateRangeInput,
  LrFindInput,
  PhaseInput,
  UnfreezeInput,
} from './run/phase.input.js';
export {
  BatchMetricsArgs,
  CellArgs,
  LrFinderPointsArgs,
  MostConfusedArgs,
  RunEventsArgs,
  RunsArgs,
  SeriesArgs,
  TopLossesArgs,
} from './run/run.args.js';
export { RunFilter, RunOrder, StartRunInput } from './run/start-run.input.js';
export {
  DeletePayload,
  Artifact,
  Attempt,
  Run,
  RunConfig,
  RunConnection,
  RunEdge,
  RunEnvironment,
  RunPayload,
  StartRunPayload,
} from './run/run.type.js';
export { Checkpoint, CheckpointPlace } from './run/checkpoint.type.js';
export { RunError } from './run/run-error.type.js';
export { Progress } from './run/progress.type.js';
export { LrFinder, LrSuggestion, Phase } from './run/phase.type.js';
export { Epoch, EpochMetrics, Metric } from './run/epoch.type.js';
export { Series } from './run/series.type.js';
export {
  ClassReport,
  Confusion,
  ConfusionCells,
  ConfusionMatrix,
  ItemPrediction,
  ItemPredictionConnection,
  ItemPredictionEdge,
} from './run/interpretation.type.js';
// Live
export { BatchMetrics, LrFinderPoints } from './run/live.type.js';
export { AdjustRunInput } from './run/adjust-run.input.js';
export { UpdateRunInput } from './run/update-run.input.js';
export {
  AttemptStarted,
  CheckpointSaved,
  CommandApplied,
  FileSaved,
  Rewound,
  RunEvent,
  RunStatusChanged,
} from './run/run-event.type.js';
export {
  BatchesTrained,
  EpochEnded,
  FitAdjusted,
  LrFinderAdvanced,
  LrFinderEnded,
  PhaseEnded,
  PhaseStarted,
} from './run/training-event.type.js';
// The system
export { Architecture, WeightsStatus } from './system/architecture.type.js';
export { System } from './system/system.type.js';
