import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './cache.mjs';
import { run } from './run-command.mjs';

const lockFile = path.join(root, 'package-lock.json');

/**
 * One package of a lock file.
 *
 * @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage
 */

/**
 * Whether npm's own note of what it installed, which it writes last, agrees with the lock file, and
 * every package is there. Optional packages are those of other platforms.
 *
 * @param {string} lock
 * @param {string} modules
 */
export function isInstalled(lock, modules) {
  const installed = path.join(modules, '.package-lock.json');
  if (!existsSync(installed)) return false;
  const has = readPackages(installed);
  return Object.entries(readPackages(lock))
    .filter(([place, { optional }]) => place.startsWith('node_modules/') && !optional)
    .every(
      ([place, { version }]) =>
        has[place] !== undefined &&
        has[place].version === version &&
        existsSync(path.join(path.dirname(modules), place, 'package.json')),
    );
}

/** @param {string} file @returns {Record<string, LockedPackage>} */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** @type {import('./steps.mjs').Step} */
export const dependencies = {
  name: 'dependencies',
  title: 'npm packages (1 GB on disk)',
  place: () => path.join(root, 'node_modules'),
  async isDone() {
    return isInstalled(lockFile, path.join(root, 'node_modules'));
  },
  async run({ update }) {
    const wanted = Object.keys(readPackages(lockFile)).length;
    let fetched = 0;
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'], {
      cwd: root,
      remedy:
        'Check the network, the free disk space, and that npm reaches its registry; then run ' +
        '`npm run setup` again.',
      onOutput(text) {
        fetched += text.split('http fetch').length - 1;
        update(Math.min(fetched / wanted, 0.95), `${wanted} packages`);
      },
    });
  },
};
