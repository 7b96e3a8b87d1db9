import { setTimeout as sleep } from 'node:timers/promises';
import { RedisServer, redisPath } from '../../apps/api/src/testing/redis-server.js';
import { noStandIn, type StandIn, startStandIn } from '../../apps/api/src/testing/mongo-server.js';
import { Api, type ApiOptions, WorkerProcess } from './api.js';
import { temporaryFolder } from './program.js';

/** Why several processes cannot be tried here; null: they can. */
export const noCluster: string | null =
  noStandIn ??
  (redisPath === undefined ? 'no Redis is there; `npm test` fetches it' : null) ??
  (process.platform === 'linux' ? null : 'it looks at processes as Linux shows them');

/** Processes of the program that share a database, a queue and a data folder. */
export class Cluster {
  readonly apis: Api[] = [];
  readonly workers: WorkerProcess[] = [];
  readonly redis: RedisServer;
  readonly #mongo: StandIn;
  readonly #options: ApiOptions;

  private constructor(
    servers: { readonly redis: RedisServer; readonly mongo: StandIn },
    dataDir: string,
  ) {
    this.redis = servers.redis;
    this.#mongo = servers.mongo;
    this.#options = {
      dataDir,
      env: {
        ...process.env,
        MONGODB_URL: servers.mongo.freshDatabase(),
        REDIS_URL: servers.redis.url,
      },
    };
  }

  static async start(size: { readonly apis: number; readonly workers: number }): Promise<Cluster> {
    const servers = { redis: await RedisServer.start(), mongo: await startStandIn() };
    const cluster = new Cluster(servers, await temporaryFolder('data'));
    for (let index = 0; index < size.apis; index += 1) cluster.apis.push(await cluster.#api());
    for (let index = 0; index < size.workers; index += 1) await cluster.addWorker();
    return cluster;
  }

  async addWorker(): Promise<WorkerProcess> {
    const worker = await untilItStarts(() => WorkerProcess.start(this.#options));
    this.workers.push(worker);
    return worker;
  }

  /** Kills a worker; its trainer ends by itself, as nobody hears it. */
  async killWorker(worker: WorkerProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.stop('SIGKILL');
  }

  /** Ends an API in the ordinary way and starts another one in its place. */
  async restartApi(index: number): Promise<void> {
    const { address } = this.apis[index]!;
    await this.apis[index]!.stop();
    this.apis[index] = await this.#api(new URL(address).port);
  }

  async close(): Promise<void> {
    await Promise.all([...this.apis, ...this.workers].map((one) => one.stop('SIGKILL')));
    await Promise.all([this.redis.kill(), this.#mongo.close()]);
  }

  #api(port = '0'): Promise<Api> {
    return untilItStarts(() => Api.start({ ...this.#options, role: 'api', port }));
  }
}

const STARTS = 120;

/** As a supervisor does: what does not start, for want of Redis, is started again, for some minutes. */
async function untilItStarts<Started>(start: () => Promise<Started>): Promise<Started> {
  for (let left = STARTS; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(1000);
    }
  }
}
