import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CirclePlay,
  CircleStop,
  CircleX,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { DatasetStatus, RunStatus } from '../graphql/generated/graphql.js';
import styles from './status-badge.module.css';

interface Look {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly tone: 'quiet' | 'accent' | 'good' | 'attention' | 'failure';
}

const looks: Readonly<Record<RunStatus | DatasetStatus, Look>> = {
  QUEUED: { word: 'Queued', icon: CircleDashed, tone: 'quiet' },
  RUNNING: { word: 'Running', icon: CirclePlay, tone: 'accent' },
  PAUSED: { word: 'Paused', icon: CirclePause, tone: 'attention' },
  INTERRUPTED: { word: 'Interrupted', icon: TriangleAlert, tone: 'attention' },
  SUCCEEDED: { word: 'Succeeded', icon: CircleCheck, tone: 'good' },
  STOPPED: { word: 'Stopped', icon: CircleStop, tone: 'quiet' },
  FAILED: { word: 'Failed', icon: CircleX, tone: 'failure' },
  IMPORTING: { word: 'Importing', icon: CirclePlay, tone: 'accent' },
  READY: { word: 'Ready', icon: CircleCheck, tone: 'good' },
};

/** A status as icon, word and colour. */
export function StatusBadge({ status }: { readonly status: RunStatus | DatasetStatus }) {
  const { word, icon: Icon, tone } = looks[status];
  return (
    <span className={[styles['badge'], styles[tone]].join(' ')}>
      <Icon size={16} aria-hidden />
      {word}
    </span>
  );
}
