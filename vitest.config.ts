import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const conditions = ['@whetstone/source'];
// The file that Node takes: with Vite's own choice, index.mjs, graphql would be loaded twice.
const graphql = createRequire(import.meta.url).resolve('graphql');
const resolve = { conditions, alias: [{ find: /^graphql$/, replacement: graphql }] };
const ssr = { resolve: { conditions, externalConditions: conditions } };

/** One project a package, so that `npx vitest --project training` runs just its tests. */
const project = (name: string, root: string, timeoutMs: number) => ({
  resolve,
  ssr,
  test: {
    name,
    root,
    include: ['**/*.test.{ts,tsx,mjs}'],
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
      project('bench', 'bench', 60_000),
      project('test', 'test', 1_500_000),
    ],
  },
});
