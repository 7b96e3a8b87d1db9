'use client';

import { useState } from 'react';
import { FoldedPanel } from '../../ui/panel.js';
import { EventsList } from './events-list.js';
import { FilesTable } from './files-table.js';
import styles from './run.module.css';
import { EnvironmentList, SettingsList } from './settings-list.js';

/** What few need and those need exactly: folded. Asked for when opened. */
export function RunDetails({ runId }: { readonly runId: string }) {
  return (
    <div className={styles['details']}>
      <Unfolding title="Settings">{() => <SettingsList runId={runId} />}</Unfolding>
      <Unfolding title="Environment">{() => <EnvironmentList runId={runId} />}</Unfolding>
      <Unfolding title="Events">{() => <EventsList runId={runId} />}</Unfolding>
      <Unfolding title="Files">{() => <FilesTable runId={runId} />}</Unfolding>
    </div>
  );
}

function Unfolding({
  title,
  children,
}: {
  readonly title: string;
  readonly children: () => React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <FoldedPanel title={title} onToggle={setOpen}>
      {open && children()}
    </FoldedPanel>
  );
}
