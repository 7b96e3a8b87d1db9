'use client';

import { useEffect, useState } from 'react';
import { formatAge } from '../../format/times.js';
import { useConnection, useLiveLink } from '../../graphql/provider.js';
import styles from './run.module.css';

/** Whether the page is live, and how old the last thing that it heard is. */
export function LiveIndicator({ active }: { readonly active: boolean }) {
  const link = useLiveLink();
  const { state } = useConnection();
  const [age, setAge] = useState<number | null>(null);
  useEffect(() => {
    if (link === null || !active) return undefined;
    const timer = setInterval(() => {
      const { lastMessageAt } = link.connection;
      setAge(lastMessageAt === 0 ? null : performance.now() - lastMessageAt);
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, [link, active]);

  if (state === 'connecting') return <span className={styles['live']}>connecting</span>;
  if (state !== 'live') return <span className={styles['live']}>not live</span>;
  if (!active) return null;
  return (
    <span className={styles['live']} title="The age of the last news of this run">
      <i aria-hidden />
      live{age === null ? '' : <span className="number"> · {formatAge(age)}</span>}
    </span>
  );
}
