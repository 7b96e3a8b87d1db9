'use client';

import { useEffect, useRef } from 'react';
import { glossary } from './glossary.js';
import styles from './term.module.css';

/** Shows the definition of the `Term` under the pointer or the focus. One for the whole page. */
export function Definitions() {
  const bubble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (bubble.current === null) return undefined;
    return watchTerms(bubble.current);
  }, []);
  return (
    <div
      ref={bubble}
      id="definition"
      role="tooltip"
      popover="manual"
      className={styles['bubble']}
    />
  );
}

function watchTerms(bubble: HTMLElement): () => void {
  const show = (event: Event) => {
    const term = event.target instanceof Element ? event.target.closest('[data-term]') : null;
    const word = term?.getAttribute('data-term') ?? null;
    if (term === null || word === null || !(word in glossary)) {
      bubble.hidePopover();
      return;
    }
    bubble.textContent = glossary[word as keyof typeof glossary];
    bubble.showPopover();
    place(bubble, term.getBoundingClientRect());
  };
  const hide = (event: KeyboardEvent) => {
    if (event.key === 'Escape') bubble.hidePopover();
  };
  const kinds = ['pointerover', 'focusin', 'click'] as const;
  for (const kind of kinds) document.addEventListener(kind, show);
  document.addEventListener('keydown', hide);
  return () => {
    for (const kind of kinds) document.removeEventListener(kind, show);
    document.removeEventListener('keydown', hide);
  };
}

/** Below the word where there is room, else above, and never beyond the window. */
function place(bubble: HTMLElement, word: DOMRect): void {
  const margin = 8;
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.min(Math.max(margin, word.left), innerWidth - width - margin);
  const below = word.bottom + 6;
  const top = below + height > innerHeight ? word.top - height - 6 : below;
  bubble.style.left = `${left}px`;
  bubble.style.top = `${top}px`;
}
