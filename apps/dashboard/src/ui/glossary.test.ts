import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { glossary } from './glossary.js';

const source = path.resolve(import.meta.dirname, '..');
const pages = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => readFileSync(path.join(source, name), 'utf8'))
  .join('\n');

describe('The glossary', () => {
  it.each(Object.entries(glossary))('defines "%s" in one sentence', (_word, definition) => {
    expect(definition).toMatch(/^[A-Z][^.!?]*\.$/);
  });

  it('has no word that no page explains', () => {
    const explained = new Set([...pages.matchAll(/<Term word="([^"]+)"/g)].map(([, word]) => word));
    expect(Object.keys(glossary).filter((word) => !explained.has(word))).toEqual([]);
  });
});
