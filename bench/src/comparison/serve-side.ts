/** The process of a side that runs on Node: `serve-side.ts ROW SIDE INPUTS`, where SIDE is `ours` or a peer's number. */
import { createInterface } from 'node:readline';
import { findRow } from './rows.js';
import type { Inputs, Measurement, OpenSide } from './row.js';

const [id = '', which = '', inputs = ''] = process.argv.slice(2);
const side = await openerOf(id, which)(JSON.parse(inputs) as Inputs);
say({ versions: { ...side.versions, node: process.versions.node } });
for await (const line of createInterface({ input: process.stdin }))
  if (line.startsWith('round')) say(await measured(line.slice('round'.length)));
// TensorFlow's threads would hold a process that has nothing left to do.
process.exit(0);

function openerOf(id: string, which: string): OpenSide {
  const row = findRow(id);
  if (which === 'ours') return row.ours;
  const peer = row.peers[Number(which)];
  if (peer === undefined || !('open' in peer))
    throw new Error(`Expected a side of ${id} that runs on Node, received ${which}`);
  return peer.open;
}

/** `peer` is a measurement as JSON, or nothing. */
async function measured(peer: string): Promise<Measurement> {
  const told = peer.trim() === '' ? null : (JSON.parse(peer) as Measurement);
  const taken = await side.measure(told);
  return typeof taken === 'number' ? { value: taken } : taken;
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
