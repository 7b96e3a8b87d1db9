import type { Page, PageQuery } from '../store/store.js';

export type DatasetStatus = 'importing' | 'ready' | 'failed';
export type LabelRule = 'parent-folder' | 'grandparent-split';

export interface DatasetProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface DatasetFailure {
  readonly code: string;
  readonly message: string;
}

export interface NewDataset {
  readonly id: string;
  readonly name: string;
  readonly demo: boolean;
  readonly createdAt: number;
  /** Folder it is imported from. */
  readonly path: string;
  readonly labelRule: LabelRule;
  readonly validShare: number;
  readonly seed: number;
}

export interface DatasetRecord extends NewDataset {
  readonly status: DatasetStatus;
  readonly error: DatasetFailure | null;
  readonly problems: readonly DatasetProblem[];
  /** Newest version; 0 while there is none. */
  readonly version: number;
}

export interface ClassCount {
  readonly label: string;
  readonly count: number;
  readonly validCount: number;
}

/** What is known of a version without reading its manifest. */
export interface DatasetVersionRecord {
  readonly datasetId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly itemCount: number;
  readonly trainCount: number;
  readonly validCount: number;
  readonly classes: readonly ClassCount[];
  /** Null where folders make the split. */
  readonly validShare: number | null;
  readonly seed: number | null;
}

/** How an import ended. */
export type ImportOutcome =
  | { readonly status: 'ready'; readonly problems: readonly DatasetProblem[] }
  | {
      readonly status: 'failed';
      readonly error: DatasetFailure;
      readonly problems: readonly DatasetProblem[];
    };

/** Datasets and their versions. */
export interface DatasetStore {
  create(dataset: NewDataset): Promise<DatasetRecord>;
  find(id: string): Promise<DatasetRecord | undefined>;
  /** Newest first. */
  list(query: PageQuery): Promise<Page<DatasetRecord>>;
  importing(): Promise<readonly DatasetRecord[]>;
  /** Adds a version and makes it the newest. Adding the same number again replaces nothing. */
  addVersion(version: DatasetVersionRecord): Promise<void>;
  /** Ends an import that is under way, and says whether it was. */
  finishImport(id: string, outcome: ImportOutcome): Promise<boolean>;
  version(id: string, version: number): Promise<DatasetVersionRecord | undefined>;
  versions(id: string): Promise<readonly DatasetVersionRecord[]>;
}
