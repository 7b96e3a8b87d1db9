import type { ReactNode } from 'react';
import styles from './shell.module.css';

/** The frame of a page. */
export function Page({
  narrow = false,
  children,
}: {
  readonly narrow?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <main className={[styles['page'], narrow && styles['narrow']].filter(Boolean).join(' ')}>
      {children}
    </main>
  );
}

/** A page's title, with its controls: at the right, or on a small screen in a bar at the bottom. */
export function PageTitle({
  title,
  beside,
  controls,
}: {
  readonly title: ReactNode;
  readonly beside?: ReactNode;
  readonly controls?: ReactNode;
}) {
  return (
    <div className={styles['title']}>
      <h1>{title}</h1>
      {beside}
      {controls !== undefined && <div className={styles['controls']}>{controls}</div>}
    </div>
  );
}
