import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test may cut and mend. */
export interface CuttableProxy {
  readonly port: number;
  /** Tears every connection, and takes no new one until it is mended. */
  cut(): void;
  /** From the first message with this text on, what is sent arrives, and no answer comes back. */
  loseAnswersFrom(text: string): void;
  /** The first message with this text waits here until it is let go. */
  hold(text: string): HeldMessage;
  mend(): void;
  close(): Promise<void>;
}

export interface HeldMessage {
  /** Resolves once the message is here. */
  readonly came: Promise<void>;
  letGo(): void;
}

/** Passes on what is sent to `target`, a port of this machine, and what it answers. */
export async function cuttableProxy(target: number): Promise<CuttableProxy> {
  let state: 'open' | 'deaf' | 'cut' = 'open';
  let last: string | undefined;
  let holding: ((passOn: () => void, sent: Buffer) => boolean) | undefined;
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    track(near);
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    track(far);
    near.on('data', (sent) => {
      if (last !== undefined && sent.includes(last)) state = 'deaf';
      const passOn = () => far.write(sent);
      if (holding?.(passOn, sent) !== true) passOn();
    });
    far.on('data', (answer) => {
      if (state === 'open') near.write(answer);
    });
    far.on('close', () => near.destroy());
    near.on('close', () => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tear = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    // A TCP server that listens has such an address.
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      tear();
    },
    loseAnswersFrom(text) {
      last = text;
    },
    hold(text) {
      let letGo = () => {
        holding = undefined;
      };
      const came = new Promise<void>((resolve) => {
        holding = (passOn, sent) => {
          if (!sent.includes(text)) return false;
          holding = undefined;
          letGo = passOn;
          resolve();
          return true;
        };
      });
      return {
        came,
        letGo: () => {
          letGo();
        },
      };
    },
    mend() {
      state = 'open';
      last = undefined;
    },
    async close() {
      tear();
      server.close();
      await once(server, 'close');
    },
  };
}
