import { defineConfig } from 'vitest/config';

const conditions = ['@whetstone/source'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: conditions } };

/** One project a package, so that `npx vitest --project training` runs just its tests. */
const project = (name: string, root: string, timeoutMs: number) => ({
  resolve,
  ssr,
  test: {
    name,
    root,
    include: ['**/*.test.ts', '**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.next/**'],
    // TensorFlow misbehaves in threads of one process: every file gets a process.
    pool: 'forks' as const,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('training', 'packages/training', 120_000),
      project('schema', 'packages/schema', 60_000),
      project('api', 'apps/api', 60_000),
      project('dashboard', 'apps/dashboard', 60_000),
      project('scripts', 'scripts', 120_000),
      project('test', 'test', 600_000),
    ],
  },
});
