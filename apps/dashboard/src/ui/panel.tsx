import type { ReactNode } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: ReactNode;
  /** Controls at the right of the title. */
  readonly actions?: ReactNode;
  /** One line below the title. */
  readonly note?: ReactNode;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A framed part of a page, with a title. */
export function Panel({ title, actions, note, className, children }: PanelProps) {
  return (
    <section className={[styles['panel'], className].filter(Boolean).join(' ')}>
      <header className={styles['header']}>
        <h2>{title}</h2>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
        {note !== undefined && <div className={styles['note']}>{note}</div>}
      </header>
      {children}
    </section>
  );
}

/** A panel that is closed until someone wants it. */
export function FoldedPanel({
  title,
  children,
  onToggle,
}: {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly onToggle?: (open: boolean) => void;
}) {
  return (
    <details
      className={styles['folded']}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
    >
      <summary>{title}</summary>
      <div className={styles['content']}>{children}</div>
    </details>
  );
}
