'use client';

import { usePathname } from 'next/navigation';
import { useConnection } from '../../graphql/provider.js';
import { Button } from '../../ui/button.js';
import { useNow } from '../../ui/use-now.js';
import styles from './shell.module.css';

/** A moment of silence is not worth a word. */
const PATIENCE_S = 1;

/** Says when the page is not live, and since when. */
export function ConnectionBar() {
  const connection = useConnection();
  const now = useNow();
  const path = usePathname();
  // Whoever is asked for a token knows already that nothing is live.
  if (path === '/login') return null;
  if (connection.state === 'refused') {
    return (
      <div className={styles['cut']} role="status">
        Not live: the server refuses the connection.
        <Button
          small
          onClick={() => {
            location.reload();
          }}
        >
          Reload the page
        </Button>
      </div>
    );
  }
  if (connection.state !== 'reconnecting') return null;
  const seconds = Math.floor((now - connection.since) / 1000);
  if (seconds < PATIENCE_S) return null;
  return (
    <div className={styles['cut']} role="status">
      Reconnecting since {seconds} s; nothing is lost
    </div>
  );
}
