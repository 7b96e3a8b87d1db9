/** What both sides of a row are told. Plain data: it goes to their processes as JSON. */
export interface Inputs {
  /** How many threads each side may compute with: one a core. */
  readonly threads: number;
  /** An empty folder of the row's own. */
  readonly scratch: string;
  /** Null unless the row needs photos. */
  readonly photos: PhotoInputs | null;
  /** ImageNet weights of EfficientNet-Lite0, under timm's names. */
  readonly weightsFile: string;
}

export interface PhotoInputs {
  /** The originals with labels and a split; quick runs have some of them. */
  readonly manifestFile: string;
  /** The same with other splits, that one first: a row may take the next one each round. */
  readonly manifestFiles: readonly string[];
  /** Folder of their presized copies, for 224 px. */
  readonly imagesDir: string;
}

/** One side of a row, warmed up, in a process of its own. */
export interface Side {
  /** Does the row's work once. `peer` is what the first peer measured in this round, where the row wants it. */
  measure(peer: Measurement | null): Promise<Measurement | number>;
  /** Versions of what computes, by name. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** What a side's work took, and came to. */
export interface Measurement {
  /** In the row's unit. */
  readonly value: number;
  /** Figures beside the value, by name: an error rate, or what the value is a mean of. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** Prepares a side and warms it up. Called in the side's own process. */
export type OpenSide = (inputs: Inputs) => Promise<Side>;

/** Whom a row compares with, and how much better than that ours should be. */
export type Peer = {
  readonly name: string;
  /** The ratio to reach; null if the figure is only for information. */
  readonly bar: number | null;
  /** The ratio that would be splendid. */
  readonly stretch: number | null;
} & (PythonSide | NodeSide);

/** A script in bench/reference, started with the inputs as JSON and then `args`. */
export interface PythonSide {
  readonly script: string;
  readonly args: readonly string[];
}

export interface NodeSide {
  readonly open: OpenSide;
}

export type Unit = 'ms' | 's' | 'MB' | 'images/s' | 'error rate';

/** One thing that is compared. */
export interface Row {
  readonly id: string;
  /** What is measured, for the table. */
  readonly what: string;
  /** Rates are better when higher, everything else when lower. */
  readonly unit: Unit;
  readonly ours: OpenSide;
  /** The second one, if there is one, is a second figure of the row. */
  readonly peers: readonly [Peer, ...Peer[]];
  /** Whether `npm run bench` without arguments measures it. @default false */
  readonly isQuick?: boolean;
  /** How often each side measures. @default { quick: 3, full: 7 } */
  readonly rounds?: Rounds;
  /** Whether both sides work on photos. @default false */
  readonly needsPhotos?: boolean;
  /** Starts a new process for every round, where what was done before counts. @default false */
  readonly startsAfresh?: boolean;
  /** Lets the first peer go first and tells ours what it measured. @default false */
  readonly followsPeer?: boolean;
}

export interface Rounds {
  readonly quick: number;
  readonly full: number;
}
