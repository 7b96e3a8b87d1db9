import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir, replaceFolder, root, withLock } from './cache.mjs';
import { run, SetupError, tryRun } from './run-command.mjs';

const sources = path.join(root, 'scripts/setup/mongo-stand-in');
const OLDEST_JAVA = 17;

/** Where tests look for it: `classes` and `lib` make the class path of `MongoStandIn`. */
const folder = () => path.join(cacheDir(), 'mongo-stand-in');

/**
 * Brings in a server that speaks MongoDB's protocol, for the tests of the adapter; nothing where
 * MONGODB_URL names a real one. Where it cannot be had, says why, and those tests are skipped.
 */
export async function ensureMongoStandIn(env = process.env) {
  if (env.MONGODB_URL || isThere()) return;
  try {
    await withLock(cacheDir(), install);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(
      `No stand-in for MongoDB: ${error.message}. The tests of its adapter will be skipped. Install ` +
        `Java ${OLDEST_JAVA} and Maven (Debian: \`sudo apt-get install default-jdk-headless maven\`), ` +
        'or set MONGODB_URL to a server of your own\n',
    );
  }
}

async function install() {
  if (isThere()) return;
  await ensureJava();
  process.stderr.write('  A stand-in for MongoDB for the tests of its adapter (8 MB)\n');
  await replaceFolder(folder(), async (place) => {
    const lib = path.join(place, 'lib');
    const classes = path.join(place, 'classes');
    // Beside the sources Maven would leave its traces in the clone.
    copyFileSync(path.join(sources, 'pom.xml'), path.join(place, 'pom.xml'));
    mkdirSync(classes);
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${lib}`];
    await run('mvn', ['-q', '-B', '-f', path.join(place, 'pom.xml'), ...goal]);
    const launcher = path.join(sources, 'MongoStandIn.java');
    await run('javac', ['-cp', path.join(lib, '*'), '-d', classes, launcher]);
    writeFileSync(path.join(place, 'build'), buildName());
  });
}

function isThere() {
  const build = path.join(folder(), 'build');
  return existsSync(build) && readFileSync(build, 'utf8') === buildName();
}

/** Changes with what it is made of. */
function buildName() {
  const hash = createHash('sha256');
  for (const name of ['pom.xml', 'MongoStandIn.java'])
    hash.update(readFileSync(path.join(sources, name)));
  return hash.digest('hex');
}

/** Installs Java and Maven where that is allowed. */
async function ensureJava() {
  if (await hasJava()) return;
  const mayInstall = process.getuid?.() === 0 && (await tryRun('apt-get', ['--version'])) !== null;
  if (!mayInstall) throw new SetupError('Java or Maven is missing, and may not be installed here');
  process.stderr.write('  Java and Maven for the stand-in for MongoDB (about 250 MB)\n');
  await run('apt-get', ['update', '-qq']);
  const packages = ['default-jdk-headless', 'maven'];
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (!(await hasJava()))
    throw new SetupError(
      `Expected Java ${OLDEST_JAVA} or later behind apt-get, received an older one`,
    );
}

async function hasJava() {
  const version = await tryRun('javac', ['-version']);
  const isNew = Number(/\d+/.exec(version ?? '')?.[0]) >= OLDEST_JAVA;
  return isNew && (await tryRun('mvn', ['--version'])) !== null;
}
