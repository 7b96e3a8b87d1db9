import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SupervisedChild } from './child.mjs';

let folder;
const children = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'whetstone-child-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop(500)));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a small program; `listening` resolves with each address it prints, in turn. */
function supervise(source, env = {}) {
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, source);
  const addresses = [];
  const waiting = [];
  let givenUp;
  const gaveUp = new Promise((resolve) => (givenUp = resolve));
  const child = new SupervisedChild({
    name: 'Program',
    command: process.execPath,
    args: [file],
    env: { ...process.env, ...env },
    portVariable: 'PROGRAM_PORT',
    onListening: (address) => (waiting.shift() ?? ((one) => addresses.push(one)))(address),
    onGivenUp: givenUp,
  });
  children.push(child);
  child.start();
  const nextAddress = () =>
    addresses.length > 0
      ? Promise.resolve(addresses.shift())
      : new Promise((resolve) => waiting.push(resolve));
  return { child, nextAddress, gaveUp };
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const eventually = async (test) => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 20));
};
/** Prints its own number as if it were a port, which is how the tests learn it. */
const printPid = 'console.log(`program listening on http://127.0.0.1:${process.pid}`);';
const stayAlive = 'setInterval(() => {}, 1000);';
const pidIn = (address) => Number(address.split(':').at(-1));

describe('SupervisedChild', () => {
  it('starts a program again that died', async () => {
    const { nextAddress } = supervise(printPid + stayAlive);
    const first = pidIn(await nextAddress());
    process.kill(first, 'SIGKILL');
    const second = pidIn(await nextAddress());
    expect(second).not.toBe(first);
    expect(isAlive(second)).toBe(true);
  });

  it('keeps the port of the first start, so that others still find it', async () => {
    // Asked for any free port, it takes 43210; told one, it takes that plus one, to be told apart.
    const source = `
      const told = process.env.PROGRAM_PORT;
      console.log('program listening on http://127.0.0.1:' + (told === '0' ? 43210 : Number(told) + 1));
      if (told === '0') process.exit(1);
      ${stayAlive}`;
    const { nextAddress } = supervise(source, { PROGRAM_PORT: '0' });
    expect(await nextAddress()).toBe('http://127.0.0.1:43210');
    expect(await nextAddress()).toBe('http://127.0.0.1:43211');
  });

  it('does not start a program again whose port another one has', async () => {
    const { gaveUp } = supervise('console.error("listen EADDRINUSE"); process.exit(1)');
    expect(await gaveUp).toMatch(/could not have its port/);
  });

  it('does not start a program again that refuses its configuration', async () => {
    const { gaveUp } = supervise('process.exit(78)');
    expect(await gaveUp).toMatch(/refused its configuration/);
  });

  it('gives up on a program that dies at once again and again, with its last words', async () => {
    const { gaveUp } = supervise('console.error("no port"); process.exit(1)');
    expect(await gaveUp).toMatch(/ended with 1 5 times in a row:\n(no port\n?)+/);
  });

  it('ends a program that does not listen to SIGTERM, and what that started', async () => {
    const source = `
      import { spawn } from 'node:child_process';
      process.on('SIGTERM', () => {});
      const grandchild = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log('program listening on http://127.0.0.1:' + grandchild.pid);
      ${stayAlive}`;
    const { child, nextAddress } = supervise(source);
    const grandchild = pidIn(await nextAddress());
    await child.stop(200);
    await eventually(() => !isAlive(grandchild));
    expect(isAlive(grandchild)).toBe(false);
  });

  it('does not start a program again that it was told to stop', async () => {
    const { child, nextAddress } = supervise(printPid + stayAlive);
    const pid = pidIn(await nextAddress());
    await child.stop(500);
    expect(isAlive(pid)).toBe(false);
  });
});
