import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { WakeBus } from './wake-bus.js';

const CHANNEL = 'wake';

export interface RedisWakesOptions {
  /** For telling. */
  readonly commands: Redis;
  /** For hearing; nothing else may use it. */
  readonly hearing: Redis;
  /** Before the channel's name. */
  readonly prefix: string;
}

/** Has processes wake each other. What is lost on the way costs a second: who hears nothing looks. */
export async function wakeOverRedis(
  bus: WakeBus,
  { commands, hearing, prefix }: RedisWakesOptions,
): Promise<void> {
  const channel = `${prefix}:${CHANNEL}`;
  const me = randomUUID();
  hearing.on('message', (_channel, message) => {
    const [from, id] = message.split(' ');
    if (from !== me && id !== undefined) bus.hear(id);
  });
  await hearing.subscribe(channel);
  bus.relay((id) => {
    commands.publish(channel, `${me} ${id}`).catch(() => undefined);
  });
}
