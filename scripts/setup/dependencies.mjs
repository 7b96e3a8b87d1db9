import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './cache.mjs';
import { run } from './run-command.mjs';

const modules = path.join(root, 'node_modules');
const marker = path.join(modules, '.whetstone-installed');
/** Packages whose absence shows that an install broke off. */
const SENTINELS = ['typescript', 'next', 'sharp', '@tensorflow/tfjs-node', 'vitest', 'turbo'];

const fingerprint = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');

/** npm's own note of what it installed agrees with the lock file. */
function agreesWithLock() {
  const installed = path.join(modules, '.package-lock.json');
  if (!existsSync(installed)) return false;
  const has = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const wants = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wants).every(
    ([place, { version, optional, peer }]) =>
      !place.includes('node_modules/') || optional || peer || has[place]?.version === version,
  );
}

/** @type {import('./steps.mjs').Step} */
export const dependencies = {
  name: 'dependencies',
  title: 'npm packages (1100 MB on disk)',
  async isDone() {
    if (!SENTINELS.every((name) => existsSync(path.join(modules, name, 'package.json'))))
      return false;
    if (existsSync(marker)) return readFileSync(marker, 'utf8') === fingerprint();
    if (!agreesWithLock()) return false;
    writeFileSync(marker, fingerprint());
    return true;
  },
  async run({ update }) {
    const wanted = Object.keys(
      JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages,
    ).length;
    let fetched = 0;
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=http'], {
      cwd: root,
      // `npm run -w` names a workspace to every npm below it, which `npm ci` refuses.
      env: { npm_config_workspace: undefined },
      remedy:
        'Check the network and that npm reaches its registry, then run `npm run setup` again.',
      onOutput(text) {
        fetched += text.split('http ').length - 1;
        update(Math.min(fetched / wanted, 0.95), `${wanted} packages`);
      },
    });
    writeFileSync(marker, fingerprint());
  },
};
