import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HUB_COMMIT,
  type HubFault,
  type HubServer,
  type HubServerOptions,
  startHubServer,
} from '../testing/hub-server.js';
import type { HubProgress } from './download.js';
import { fetchHubFile, type FetchHubFileOptions } from './fetch-hub-file.js';
import type { Clock } from './retries.js';

const repository = 'timm/tiny.in1k';
const file = 'model.safetensors';
/** Larger than what a socket takes at once. */
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + 3) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

let cacheDir: string;
let server: HubServer | undefined;
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'whetstone-hub-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(cacheDir, { recursive: true, force: true });
});

async function start(options: Partial<HubServerOptions> = {}): Promise<HubServer> {
  server = await startHubServer({ files: [{ repository, file, content }], ...options });
  return server;
}

/** Stands still; waits are remembered and over at once. */
function stillClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: () => 0,
    wait: (ms, signal) => {
      waits.push(ms);
      signal?.throwIfAborted();
      return Promise.resolve();
    },
  };
}

const fetchIt = (
  options: Partial<FetchHubFileOptions> & { offline?: boolean; token?: string } = {},
) => {
  const { offline = false, token = null, ...rest } = options;
  const hub = { endpoint: server?.endpoint ?? 'http://127.0.0.1:9', offline, token };
  return fetchHubFile({ repository, file, cacheDir, as: file, hub, clock: stillClock(), ...rest });
};

const sumOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
/** The SHA-256 of what is there afterwards. */
const fetched = async (options?: Parameters<typeof fetchIt>[0]) => sumOf(await fetchIt(options));
const requestsTo = (host: 'hub' | 'storage') =>
  server!.requests.filter((request) => request.host === host);
const rangesAsked = () => requestsTo('storage').map(({ range }) => range ?? 'all');
const inCache = async () => (await readdir(cacheDir)).sort();
const incomplete = `${file}.${sha256}.incomplete`;
const leave = (bytes: number, name = incomplete) =>
  writeFile(path.join(cacheDir, name), content.subarray(0, bytes));
const breaks = (afterBytes: number): HubFault => ({ kind: 'break', afterBytes });
const short = (bytes: number): HubFault => ({ kind: 'short', bytes });
const status = (code: number, headers: Record<string, string> = {}): HubFault => ({
  kind: 'status',
  status: code,
  headers,
});

describe('a file that the hub has', () => {
  it('is fetched by way of the host that stores it', async () => {
    await start();
    expect(await fetched()).toBe(sha256);
    expect(server!.requests.map(({ host, method, path }) => `${host} ${method} ${path}`)).toEqual([
      `hub HEAD /${repository}/resolve/main/${file}`,
      `hub GET /${repository}/resolve/${HUB_COMMIT}/${file}`,
      'storage GET /0',
    ]);
    expect(await inCache()).toEqual([file]);
  });

  it('shows the token to the hub and to nobody else', async () => {
    await start({ token: 'secret' });
    expect(await fetched({ token: 'secret' })).toBe(sha256);
    expect(requestsTo('hub').map(({ authorization }) => authorization)).toEqual([
      'Bearer secret',
      'Bearer secret',
    ]);
    expect(requestsTo('storage').map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("is checked with git's sum where the hub keeps it itself", async () => {
    await start({ files: [{ repository, file, content, isLarge: false }] });
    expect(await fetched()).toBe(sha256);
    expect(requestsTo('storage')).toEqual([]);
  });

  it('is found under its new name after its repository was renamed', async () => {
    const renamed = `/${repository}/resolve/${HUB_COMMIT}/${file}`;
    const moved = status(307, { location: renamed });
    await start({ hubFaults: [moved, null, moved] });
    expect(await fetched({ repository: 'timm/old', token: 'secret' })).toBe(sha256);
    expect(requestsTo('hub').map(({ authorization }) => authorization)).toEqual(
      Array(4).fill('Bearer secret'),
    );
  });

  it('is asked for once: what the cache has is taken as it is', async () => {
    await start();
    await fetchIt();
    const before = server!.requests.length;
    expect(await fetched()).toBe(sha256);
    expect(server!.requests.length).toBe(before);
  });

  it('has a place of its own in the cache by default', async () => {
    await start({ files: [{ repository, file, content: Buffer.alloc(0) }] });
    const hub = { endpoint: server!.endpoint, token: null, offline: false };
    const where = await fetchHubFile({ repository, file, cacheDir, hub });
    expect(where).toBe(path.join(cacheDir, 'hub', repository, 'main', file));
    expect(await readFile(where)).toHaveLength(0);
  });

  it('is accepted with an opaque tag, as a mirror may have it', async () => {
    await start({ files: [{ repository, file, content, headers: { 'x-linked-etag': 'W/"v1"' } }] });
    expect(await fetched()).toBe(sha256);
  });

  it('is refused with a size that is no number', async () => {
    await start({ files: [{ repository, file, content, headers: { 'x-linked-size': 'big' } }] });
    await expect(fetchIt()).rejects.toThrow(/a size in bytes.*big/);
  });
});

describe('a file of unknown size', () => {
  const unknownSize = { repository, file, content, headers: { 'x-linked-size': null } };

  it('is fetched to its end, over several connections if need be', async () => {
    await start({ files: [unknownSize], storageFaults: [breaks(100_000)] });
    const heard: HubProgress[] = [];
    expect(await fetched({ onProgress: (progress) => heard.push(progress) })).toBe(sha256);
    expect(heard.at(-1)).toEqual({ bytes: content.length, total: null });
  });

  it('is whole where the server says that nothing follows', async () => {
    await start({ files: [unknownSize] });
    await leave(content.length);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=300000-']);
  });
});

describe('a download that is cut off', () => {
  it('goes on where it ended, several times', async () => {
    await start({ storageFaults: [breaks(100_000), short(50_000), breaks(50_000)] });
    expect(await fetched()).toBe(sha256);
    const starts = rangesAsked().map((range) => Number(/\d+/.exec(range)?.[0] ?? 0));
    // How much of the last bytes before a break arrives is up to the system.
    expect(starts).toHaveLength(4);
    expect(starts).toEqual([...starts].sort((left, right) => left - right));
    expect(starts[2]! - starts[1]!).toBe(50_000);
  });

  it('goes on in the next call', async () => {
    await start();
    await leave(123_456);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=123456-']);
    expect(await inCache()).toEqual([file]);
  });

  it('starts anew where the server knows no ranges', async () => {
    await start({ storageFaults: [{ kind: 'ignore-range' }] });
    await leave(123_456);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=123456-']);
  });

  it('needs no byte more where only the last step was missing', async () => {
    await start();
    await leave(content.length);
    expect(await fetched()).toBe(sha256);
    expect(requestsTo('storage')).toEqual([]);
  });

  it('starts anew where there is more than the file has', async () => {
    await start();
    await writeFile(path.join(cacheDir, incomplete), Buffer.alloc(content.length + 1));
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['all']);
  });

  it('starts anew after 416, which says that the part is too long', async () => {
    const range = { 'content-range': 'bytes */100' };
    await start({ storageFaults: [status(416, range)] });
    await leave(1_000);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=1000-', 'all']);
  });

  it('does not go on with a part of another version', async () => {
    await start();
    await leave(1_000, `${file}.${'0'.repeat(64)}.incomplete`);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['all']);
    expect(await inCache()).toEqual([file]);
  });

  it('goes on after an answer that ends too early although it is as long as it says', async () => {
    await start({ storageFaults: [short(5_000)] });
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['all', 'bytes=5000-']);
  });

  it('goes on after a connection on which nothing comes any more', async () => {
    await start({ storageFaults: [{ kind: 'fall-silent', afterBytes: 5_000 }] });
    expect(await fetched({ silenceMs: 500 })).toBe(sha256);
    expect(rangesAsked().at(-1)).toBe('bytes=5000-');
  });

  it('goes on with a fresh address where the signed one has expired', async () => {
    await start({ storageFaults: [status(403)] });
    expect(await fetched()).toBe(sha256);
    expect(requestsTo('hub')).toHaveLength(3);
  });

  it('gives up after five fruitless attempts, says how far it is, and keeps that', async () => {
    await start({ storageFaults: [short(100_000), ...Array<HubFault>(5).fill(status(502))] });
    const attempt = fetchIt();
    await expect(attempt).rejects.toMatchObject({ code: 'HUB_UNREACHABLE', bytes: 100_000 });
    await expect(attempt).rejects.toThrow(
      /status 502, after 100000 of 300000 bytes.*the next call continues there/,
    );
    expect(requestsTo('storage')).toHaveLength(6);
    expect(await inCache()).toEqual([incomplete]);

    expect(await fetched()).toBe(sha256);
    expect(rangesAsked().at(-1)).toBe('bytes=100000-');
  });
});

describe('a hub that is busy', () => {
  it('is given the time it asks for', async () => {
    await start({ hubFaults: [status(429, { 'retry-after': '7' })] });
    const clock = stillClock();
    expect(await fetched({ clock })).toBe(sha256);
    expect(clock.waits).toEqual([7_000]);
  });

  it('is given time until the date it names', async () => {
    const date = 'Thu, 01 Jan 2026 00:00:20 GMT';
    await start({ storageFaults: [status(503, { 'retry-after': date })] });
    const clock = stillClock();
    expect(await fetched({ clock })).toBe(sha256);
    expect(clock.waits).toEqual([20_000]);
  });

  it('is not waited for longer than a minute', async () => {
    await start({ hubFaults: [status(429, { 'retry-after': '300' })] });
    await expect(fetchIt()).rejects.toThrow(/status 429, which asks to wait 300 s/);
    expect(server!.requests).toHaveLength(1);
  });

  it('is asked again after waits that double, less a random part', async () => {
    await start({ hubFaults: Array<HubFault>(5).fill(status(503)) });
    const clock = { ...stillClock(), random: () => 0.5 };
    await expect(fetchIt({ clock })).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
    expect(clock.waits).toEqual([375, 750, 1_500, 3_000]);
  });

  it('is named with its failure where it cannot be reached at all', async () => {
    await start();
    const { endpoint } = server!;
    await server!.close();
    server = undefined;
    const hub = { endpoint, token: null, offline: false };
    await expect(fetchIt({ hub })).rejects.toThrow(/ECONNREFUSED.*HF_ENDPOINT/);
  });
});

describe('a hub that refuses', () => {
  it.each([
    [
      'asks for a token where there is none',
      undefined,
      /401 without a token.*Set HF_TOKEN.*licence/,
    ],
    ['says that a token does not suffice', 'wrong', /403 in spite of HF_TOKEN.*valid.*licence/],
  ])('%s', async (_sentence, token, message) => {
    await start({ token: 'secret' });
    const attempt = fetchIt({ ...(token !== undefined && { token }) });
    await expect(attempt).rejects.toMatchObject({ code: 'HUB_ACCESS_DENIED' });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(`${server!.endpoint}/${repository}`);
    expect(server!.requests).toHaveLength(1);
  });

  it.each([
    ['repository', { repository: 'timm/none' }],
    ['revision', { revision: 'v9' }],
    ['file', { file: 'none.safetensors' }],
  ])('says that it has no such %s', async (missing, options) => {
    await start();
    const attempt = fetchIt(options);
    await expect(attempt).rejects.toMatchObject({ code: 'HUB_FILE_NOT_FOUND', missing });
    await expect(attempt).rejects.toThrow(`no such ${missing}`);
  });

  it.each([
    ['no commit', status(200, { etag: '"x"' }), /`X-Repo-Commit`.*none.*HF_ENDPOINT/],
    ['no tag', status(200, { 'x-repo-commit': HUB_COMMIT }), /`ETag`.*none/],
    ['a status of its own', status(418), /status 418/],
    ['redirects without end', status(302, { location: '/' }), /more than 10 redirects/],
  ])('or is no hub is named: %s', async (_what, fault, message) => {
    await start({ hubFaults: Array<HubFault>(24).fill(fault) });
    await expect(fetchIt()).rejects.toMatchObject({ code: 'HUB_ANSWER_UNEXPECTED' });
    await expect(fetchIt({ as: 'second' })).rejects.toThrow(message);
  });
});

describe('a file that came wrong', () => {
  it('is thrown away, with both sums in the error', async () => {
    await start({ storageFaults: [{ kind: 'corrupt' }] });
    const wrong = createHash('sha256')
      .update(Buffer.from(content).fill(0, 0, 1))
      .digest('hex');
    await expect(fetchIt()).rejects.toMatchObject({
      code: 'HUB_FILE_CORRUPT',
      expected: `the SHA-256 ${sha256}`,
      received: wrong,
    });
    expect(await inCache()).toEqual([]);
    expect(await fetched()).toBe(sha256);
  });

  it("is found by git's sum as well", async () => {
    await start({
      files: [{ repository, file, content, isLarge: false }],
      hubFaults: [null, { kind: 'corrupt' }],
    });
    await expect(fetchIt()).rejects.toThrow(/git SHA-1/);
    expect(await inCache()).toEqual([]);
  });

  it('is thrown away where it is longer than announced', async () => {
    await start({ storageFaults: [{ kind: 'long' }] });
    await expect(fetchIt()).rejects.toThrow(/300000 bytes, received more/);
    expect(await inCache()).toEqual([]);
  });
});

describe('offline', () => {
  it('takes what the cache has', async () => {
    await writeFile(path.join(cacheDir, file), content);
    expect(await fetched({ offline: true })).toBe(sha256);
  });

  it('says what is missing and asks nobody', async () => {
    await start();
    const attempt = fetchIt({ offline: true });
    await expect(attempt).rejects.toMatchObject({ code: 'HUB_OFFLINE' });
    await expect(attempt).rejects.toThrow(path.join(cacheDir, file));
    expect(server!.requests).toEqual([]);
  });
});

describe('an abort', () => {
  it('ends a download with its reason and keeps what has come', async () => {
    await start({ storageFaults: [{ kind: 'fall-silent', afterBytes: 5_000 }] });
    const controller = new AbortController();
    const reason = new Error('the run was stopped');
    const onProgress = ({ bytes }: HubProgress) => {
      if (bytes === 5_000) controller.abort(reason);
    };
    let now = 0;
    const clock = { ...stillClock(), now: () => (now += 1_000) };
    const attempt = fetchIt({ signal: controller.signal, onProgress, clock });
    await expect(attempt).rejects.toBe(reason);
    expect(await inCache()).toEqual([incomplete]);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['all', 'bytes=5000-']);
  });

  it('ends a wait', async () => {
    await start({ hubFaults: [status(503)] });
    const controller = new AbortController();
    const clock = {
      ...stillClock(),
      wait: (_ms: number, signal?: AbortSignal) => {
        controller.abort(new Error('enough'));
        signal?.throwIfAborted();
        return Promise.resolve();
      },
    };
    await expect(fetchIt({ clock, signal: controller.signal })).rejects.toThrow('enough');
    expect(server!.requests).toHaveLength(1);
  });

  it('before the start asks nobody', async () => {
    await start();
    await expect(fetchIt({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(server!.requests).toEqual([]);
  });
});

describe('progress', () => {
  it('is told at most ten times a second, and at the end', async () => {
    await start();
    const heard: HubProgress[] = [];
    await fetchIt({ onProgress: (progress) => heard.push(progress) });
    const total = content.length;
    // The clock stands still: between the first and the last nothing is due.
    expect(heard).toEqual([
      { bytes: 0, total },
      { bytes: total, total },
    ]);
  });

  it('begins with what was there already', async () => {
    await start();
    await leave(1_000);
    const heard: HubProgress[] = [];
    await fetchIt({ onProgress: (progress) => heard.push(progress) });
    expect(heard[0]).toEqual({ bytes: 1_000, total: content.length });
  });
});

describe('several at once', () => {
  it('each fetch the file whole', async () => {
    await start({ storageFaults: [short(100_000), null, short(20_000)] });
    await leave(10_000);
    const contents = await Promise.all([fetched(), fetched(), fetched()]);
    expect(contents).toEqual([sha256, sha256, sha256]);
    // One of them went on with the part, the others began their own.
    expect(rangesAsked().filter((range) => range === 'bytes=10000-')).toHaveLength(1);
    expect(await inCache()).toEqual([file]);
  });

  const own = hostname().replace(/[^\w-]/g, '_');
  const partOf = (host: string, pid: number) =>
    `${file}.${sha256}.${host}~${pid}~0a1b2c3d~4e5f6a7b.incomplete`;

  it('go on with the part of a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await start();
    await leave(2_000, partOf(own, child.pid!));
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=2000-']);
    expect(await inCache()).toEqual([file]);
  });

  it.each([
    ['of a process that is there', own, process.ppid],
    ['of another machine', 'elsewhere', 1],
  ])('leave alone the part %s', async (_whose, host, pid) => {
    await start();
    const part = partOf(host, pid);
    await leave(2_000, part);
    const now = new Date('2026-01-01T00:00:00Z');
    await utimes(path.join(cacheDir, part), now, now);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['all']);
    expect(await inCache()).toEqual([file, part]);
  });

  it('take a part of another machine that was left alone for long', async () => {
    await start();
    const part = partOf('elsewhere', 1);
    await leave(2_000, part);
    const before = new Date('2025-12-31T23:00:00Z');
    await utimes(path.join(cacheDir, part), before, before);
    expect(await fetched()).toBe(sha256);
    expect(rangesAsked()).toEqual(['bytes=2000-']);
  });
});

describe('what cannot be', () => {
  it('a file larger than the disk is refused before anything of it is fetched', async () => {
    const headers = { 'x-linked-size': String(2 ** 52) };
    await start({ files: [{ repository, file, content, headers }] });
    const attempt = fetchIt();
    await expect(attempt).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(attempt).rejects.toThrow(/room for 4503599627370496 bytes.*WHETSTONE_CACHE/);
    expect(requestsTo('storage')).toEqual([]);
    expect(await inCache()).toEqual([]);
  });

  it.each([
    ['repository', { repository: '../etc' }],
    ['repository', { repository: 'a/b/c' }],
    ['file', { file: '../../passwd' }],
    ['file', { file: '/etc/passwd' }],
    ['revision', { revision: '..' }],
    ['as', { as: '../elsewhere' }],
  ])('a %s that leads elsewhere is refused', async (option, options) => {
    await mkdir(cacheDir, { recursive: true });
    await expect(fetchIt(options)).rejects.toMatchObject({ code: 'INVALID_OPTION', option });
  });
});
