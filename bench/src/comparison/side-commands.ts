import { fileURLToPath } from 'node:url';
import { TRAINING_PROCESS_ENVIRONMENT } from '@whetstone/training';
import type { Inputs, Row } from './row.js';
import type { Command } from './side-process.js';

const SERVE_SIDE = fileURLToPath(new URL('serve-side.ts', import.meta.url));
const REFERENCE = new URL('../../reference/', import.meta.url);

/** How the sides of a row are started, ours first. Peers in Python get the environment as it is. */
export function sideCommands(row: Row, inputs: Inputs, python: string): Command[] {
  const task = JSON.stringify(inputs);
  const onNode = (side: string, name: string): Command => ({
    name: `${name} in ${row.id}`,
    argv: [process.execPath, ...process.execArgv, SERVE_SIDE, row.id, side, task],
    env: { ...TRAINING_PROCESS_ENVIRONMENT, ...process.env },
  });
  return [
    onNode('ours', 'our side'),
    ...row.peers.map((peer, index): Command => {
      if ('open' in peer) return onNode(String(index), peer.name);
      const script = fileURLToPath(new URL(peer.script, REFERENCE));
      return { name: `${peer.name} in ${row.id}`, argv: [python, script, task, ...peer.args] };
    }),
  ];
}
