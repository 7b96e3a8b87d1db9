/**
 * Says what is installed, which engine, how fast, and what is missing.
 *
 *   npm run doctor
 *   npm run doctor -- --json
 */
import { statfsSync } from 'node:fs';
import { cpus, freemem, totalmem } from 'node:os';
import path from 'node:path';
import { findBrowser } from './setup/browser.mjs';
import { findRedis } from './setup/redis.mjs';
import { cacheDir, root } from './setup/cache.mjs';
import {
  findCompiler,
  findPython,
  isNodeSupported,
  missingCompiler,
  missingPython,
} from './setup/prerequisites.mjs';
import { kernelsRefusal } from './setup/kernels.mjs';
import { deviceChoice } from './setup/native-engine.mjs';
import { SetupError, tryRun } from './setup/run-command.mjs';
import { steps } from './setup/steps.mjs';

/** @typedef {{ what: string, found: string, ok: boolean, remedy?: string, optional?: boolean }} Finding */

const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;

/** @returns {Promise<Finding[]>} */
async function examine() {
  return [
    {
      what: 'Node',
      found: process.versions.node,
      ok: isNodeSupported(),
      remedy: 'Install Node 20.19, 22.12 or 24, or a later one of these',
    },
    await tool('Python with pip', await findPython(), missingPython),
    await tool('C++ compiler', await findCompiler(), missingCompiler),
    ...(await Promise.all(steps.map(stepFinding))),
    await engineFinding(),
    kernelsFinding(),
    gpuFinding(),
    {
      what: 'Chromium (tests only)',
      found: findBrowser() ?? 'none',
      ok: findBrowser() !== null,
      optional: true,
      remedy: 'Install Chromium, or set WHETSTONE_CHROMIUM to its path',
    },
    {
      what: 'Redis (tests only)',
      found: findRedis() ?? 'none',
      ok: findRedis() !== null,
      optional: true,
      remedy: 'Install Redis (Debian: redis-server), for the tests of several processes',
    },
    { what: 'Cache', found: cacheDir(), ok: true },
    {
      what: 'Machine',
      found: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${gigabytes(freemem())} of ${gigabytes(totalmem())} free, disk ${freeDisk()} free`,
      ok: true,
    },
  ];
}

async function tool(what, command, remedy) {
  const version = command && (await tryRun(command, ['--version']));
  return { what, found: version?.split('\n')[0] ?? 'none', ok: command !== null, remedy };
}

async function stepFinding(step) {
  const { name, isDone } = step;
  const ok = await isDone().catch(() => false);
  return {
    what: titleOf(step),
    found: ok ? 'there' : 'missing',
    ok,
    remedy: `npm run setup -- --only ${name}`,
  };
}

/** Which engine it is to be may be undecided; `gpuFinding` says why. */
function titleOf(step) {
  try {
    return step.title;
  } catch (error) {
    if (error instanceof SetupError) return step.name;
    throw error;
  }
}

async function engineFinding() {
  const script = path.join(root, 'scripts/setup/check-engine.cjs');
  const speed = await tryRun(process.execPath, [script, '--speed']);
  return {
    what: 'Engine',
    found: speed === null ? 'does not answer' : `native TensorFlow on ${speed.split('\n').at(-1)}`,
    ok: speed !== null,
    remedy: 'npm run setup -- --only native-engine',
  };
}

/** Why our own operations are not used if they are not: the step counts as done all the same. */
function kernelsFinding() {
  const refusal = kernelsRefusal();
  return {
    what: 'Own kernels',
    found: refusal === null ? 'used, on CPUs' : 'not used',
    ok: refusal === null,
    optional: true,
    remedy: refusal ?? '',
  };
}

/** Which card there is, and why it is not used if it is not. */
function gpuFinding() {
  const what = 'NVIDIA GPU';
  try {
    const { gpu, device, why } = deviceChoice();
    if (gpu === null) return { what, found: 'none', ok: true };
    const card = `${gpu.name}, ${gigabytes(gpu.memoryMb * 2 ** 20)}, driver ${gpu.driver}`;
    const found = device === 'gpu' ? `${card}: used` : `${card}: not used, ${why}`;
    return { what, found, ok: true };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { what, found: 'none that can be used', ok: false, remedy: error.message };
  }
}

function freeDisk() {
  const { bavail, bsize } = statfsSync(root);
  return gigabytes(bavail * bsize);
}

const findings = await examine();
if (process.argv.includes('--json')) console.log(JSON.stringify(findings, null, 2));
else
  for (const { what, found, ok, remedy, optional } of findings) {
    const mark = ok ? '✓' : optional ? '·' : '✗';
    console.log(`${mark} ${what.padEnd(46)} ${found}${ok || !remedy ? '' : `\n    → ${remedy}`}`);
  }
process.exitCode = findings.every(({ ok, optional }) => ok || optional) ? 0 : 1;
