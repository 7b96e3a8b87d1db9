import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './notice.module.css';

interface NoticeProps {
  /** `failure`: something did not work. `attention`: something should be looked at. */
  readonly tone: 'failure' | 'attention';
  /** What happened. */
  readonly title: string;
  /** Why, and what to do. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Says what happened, why, and what can be done. */
export function Notice({ tone, title, children, actions }: NoticeProps) {
  const Icon = tone === 'failure' ? CircleX : TriangleAlert;
  return (
    <div
      className={[styles['notice'], styles[tone]].join(' ')}
      role={tone === 'failure' ? 'alert' : 'status'}
    >
      <Icon size={20} aria-hidden className={styles['icon']} />
      <div className={styles['text']}>
        <p className={styles['title']}>{title}</p>
        {children !== undefined && <div className={styles['detail']}>{children}</div>}
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </div>
    </div>
  );
}
