import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

interface Import {
  /** File below the root, with forward slashes. */
  readonly file: string;
  /** A package's name, or, for a relative import, the file it means. */
  readonly target: string;
}

/** Every import of the sources below a folder, as the compiler reads them; tests left out. */
function importsBelow(folder: string): Import[] {
  const ignored = /(^|\/)(node_modules|dist|\.next|generated)\//;
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file))
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/\.test\.tsx?$/.test(file))
    .filter((file) => !ignored.test(file))
    .flatMap((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), 'utf8'));
      return importedFiles.map(({ fileName }) => ({ file, target: targetOf(file, fileName) }));
    });
}

function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return path.posix.join(path.posix.dirname(file), specifier);
}

const violations = (imports: readonly Import[], allowed: (target: string) => boolean) =>
  imports.filter(({ target }) => !allowed(target)).map(({ file, target }) => `${file} → ${target}`);

describe('Imports between packages', () => {
  it.each([
    ['packages/training stands alone', 'packages/training', []],
    ['packages/schema stands alone', 'packages/schema', []],
    ['apps/api knows both', 'apps/api', ['@whetstone/training', '@whetstone/schema']],
    ['apps/dashboard knows only the schema', 'apps/dashboard', []],
    ['scripts stand alone', 'scripts', []],
  ] as const)('%s', (_sentence, folder, packages) => {
    const imports = importsBelow(folder);
    expect(imports.length).toBeGreaterThan(0);
    const allowed = (target: string) =>
      !target.startsWith('@whetstone/') || packages.some((name) => target === name);
    expect(violations(imports, allowed)).toEqual([]);
  });

  it.each(['packages/training', 'packages/schema', 'apps/api', 'apps/dashboard', 'scripts'])(
    'no relative import leaves %s',
    (folder) => {
      const ours = /^(packages|apps|scripts|test|bench)\//;
      const allowed = (target: string) => !ours.test(target) || target.startsWith(`${folder}/`);
      expect(violations(importsBelow(folder), allowed)).toEqual([]);
    },
  );
});

describe('Imports inside packages/training', () => {
  const source = 'packages/training/src';

  it('only engine/ imports TensorFlow.js', () => {
    const imports = importsBelow(source).filter(
      ({ file }) => !file.startsWith(`${source}/engine/`),
    );
    expect(violations(imports, (target) => !target.startsWith('@tensorflow/'))).toEqual([]);
  });

  it.each(['schedule', 'interpretation', 'lr-finder/suggest', 'metrics'])(
    '%s is pure: it knows no engine',
    (part) => {
      const imports = importsBelow(source).filter(
        ({ file }) => file.startsWith(`${source}/${part}`) && !file.endsWith('/interpret.ts'),
      );
      expect(imports.length).toBeGreaterThan(0);
      expect(violations(imports, (target) => !target.includes('/engine/'))).toEqual([]);
    },
  );

  it('data/ does not know vision/, which builds on it', () => {
    expect(
      violations(importsBelow(`${source}/data`), (target) => !target.includes('/vision/')),
    ).toEqual([]);
  });

  it('learner/ knows no concrete callback and no policy', () => {
    expect(
      violations(
        importsBelow(`${source}/learner`),
        (target) =>
          !/\/(callbacks|policies|interpretation\/interpret)\b/.test(target) ||
          // The event names the kinds of phases; the type alone crosses.
          target.endsWith('policies/phase.js'),
      ),
    ).toEqual([]);
  });
});

describe('apps/api', () => {
  it('loads the native engine in the trainer process only', () => {
    const users = importsBelow('apps/api/src').filter(({ file }) =>
      /\b(useNativeEngine|trainRun)\b/.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect([...new Set(users.map(({ file }) => file))]).toEqual(['apps/api/src/trainer.ts']);
  });
});
