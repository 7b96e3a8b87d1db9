import type { ReactNode } from 'react';
import type { GlossaryWord } from './glossary.js';
import styles from './term.module.css';

/** A word with a dotted underline; `Definitions` shows what it means on hover, focus or touch. */
export function Term({
  word,
  children,
}: {
  readonly word: GlossaryWord;
  readonly children?: ReactNode;
}) {
  return (
    <dfn className={styles['term']} data-term={word} tabIndex={0} aria-describedby="definition">
      {children ?? word}
    </dfn>
  );
}
