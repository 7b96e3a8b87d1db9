import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { type App, startApp } from '../app.js';
import { type Config, readConfig } from '../config.js';

const formulaTrainer = new URL('./formula-trainer.mjs', import.meta.url).pathname;

/** The whole program on a free port, with a trainer that needs no engine. */
export interface TestApp extends App {
  readonly address: string;
  readonly dir: string;
  /** Posts one operation and returns the answer’s body. */
  post(query: string, options?: PostOptions): Promise<Answer>;
  /** Posts one operation that must succeed and returns its data. */
  ask<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
}

export interface PostOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly field?: string };
  }[];
}

export interface TestAppOptions {
  /** A folder to go on with; a new one if left out. */
  readonly dir?: string;
  readonly config?: Partial<Config>;
  /** The formula trainer’s manners. */
  readonly trainer?: Readonly<Record<string, string>>;
}

const folders: string[] = [];
const apps: App[] = [];

/** A folder that `cleanUp` removes. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'whetstone-api-'));
  folders.push(folder);
  return folder;
}

/** Ends every program that was started and removes every folder that was made. */
export async function cleanUp(): Promise<void> {
  await Promise.all(apps.splice(0).map((app) => app.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
}

export async function startTestApp({
  dir,
  config,
  trainer,
}: TestAppOptions = {}): Promise<TestApp> {
  const folder = dir ?? (await temporaryFolder());
  const cache = path.join(folder, 'cache');
  await mkdir(path.join(cache, 'weights'), { recursive: true });
  await writeFile(path.join(cache, 'weights', 'tf_efficientnet_lite0.safetensors'), '');
  const environment = {
    API_PORT: '0',
    DATA_DIR: path.join(folder, 'data'),
    DATA_ROOTS: folder,
    WHETSTONE_CACHE: cache,
    WHETSTONE_DEMO: '0',
  };
  const app = await startApp({
    config: { ...readConfig(environment), ...config },
    log: pino({ level: 'silent' }),
    trainer: { file: formulaTrainer, environment: { ...trainer } },
  });
  apps.push(app);
  const { address } = app;
  if (address === null) throw new Error('Expected a role that serves people');
  const post = (query: string, options: PostOptions = {}) => postTo(address, query, options);
  return {
    ...app,
    address,
    dir: folder,
    post,
    async ask<Data>(query: string, variables = {}) {
      const { data, errors } = await post(query, { variables });
      if (errors) throw new Error(JSON.stringify(errors));
      // The cast trusts the test’s own type argument.
      return data as Data;
    },
  };
}

async function postTo(
  address: string,
  query: string,
  { variables = {}, headers = {} }: PostOptions,
): Promise<Answer> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as Omit<Answer, 'status'>;
  return { ...body, status: response.status };
}
