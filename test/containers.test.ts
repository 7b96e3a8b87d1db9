import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test?: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const own = services.filter(([, { image }]) => image === 'whetstone');
const docker = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** As compose fills it in where only the token is set. */
function environmentOf(service: Service): Readonly<Record<string, string>> {
  const filled = Object.entries(service.environment ?? {}).map(([name, value]) => [
    name,
    value
      .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
      .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'a-secret-of-some-length'),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

async function ended(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, error };
}

describe('compose.yaml', () => {
  it('is reached from this machine alone', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.sort()).toEqual(['127.0.0.1:3000:3000', '127.0.0.1:4000:4000']);
  });

  it('takes others’ images by their versions', () => {
    for (const [name, { image }] of services)
      expect(image, name).toMatch(/^whetstone$|^[a-z]+:\d+\.\d+$/);
  });

  it('names only services, volumes and programs that there are', () => {
    for (const [name, { depends_on = [], volumes = [], command = [] }] of services) {
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(Object.keys(compose.services), name).toEqual(expect.arrayContaining(needed));
      const sources = volumes.map((volume) => volume.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'));
      for (const source of sources.map((volume) => volume.split(':')[0]!))
        if (!source.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(source);
      const program = command.find((part) => part.startsWith('apps/'));
      const written = program?.replace('/dist/', '/src/').replace(/js$/, 'ts');
      if (written !== undefined) expect(existsSync(path.join(root, written)), written).toBe(true);
    }
  });

  it('sets nothing that the programs do not read', () => {
    const sources = ['api/src/config.ts', 'api/src/data-dir.ts', 'dashboard/src/server/config.ts'];
    const known = sources.map((file) => read(`apps/${file}`)).join('\n');
    for (const [name, { environment = {} }] of own)
      for (const variable of Object.keys(environment))
        expect(known.includes(`'${variable}'`), `${variable} of ${name}`).toBe(true);
  });

  it.each(['api-1', 'worker'])('gives %s a configuration that it takes', async (name) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-containers-'));
    folders.push(folder);
    const service = compose.services[name]!;
    const [, program, ...commandLine] = service.command!;
    const { code, error } = await ended([program!, ...commandLine], {
      ...environmentOf(service),
      DATA_DIR: folder,
      DATA_ROOTS: folder,
      // Nobody is there: 69 is that, and 78 a configuration that is refused.
      MONGODB_URL: 'mongodb://127.0.0.1:1/whetstone?serverSelectionTimeoutMS=100',
    });
    expect(error).toContain('ECONNREFUSED');
    expect(code).toBe(69);
  });

  it('does not start without a secret', () => {
    for (const [name, { environment }] of own)
      expect(environment!['WHETSTONE_TOKEN'], name).toMatch(/^\$\{WHETSTONE_TOKEN:\?/);
  });
});

describe('Dockerfile', () => {
  const copied = docker
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));

  it('copies what there is, and the package file of each workspace', () => {
    for (const file of copied) expect(existsSync(path.join(root, file)), file).toBe(true);
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: object };
    const workspaces = Object.keys(packages).filter((key) => key && !key.includes('node_modules/'));
    expect(copied).toEqual(expect.arrayContaining(workspaces.map((key) => `${key}/package.json`)));
  });

  it('runs as somebody without rights', () => {
    const last = docker.slice(docker.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('USER node');
  });
});

describe('the health check', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('of an answer with status %i ends with %i', async (status, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}/readyz`;
    expect((await ended(['docker/healthy.mjs', url])).code).toBe(code);
    server.close();
    expect((await ended(['docker/healthy.mjs', url])).code).toBe(1);
  });
});
