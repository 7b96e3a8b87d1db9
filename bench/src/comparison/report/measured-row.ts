import type { SideRounds } from '../alternate.js';
import type { Peer, Row } from '../row.js';
import { compare, median, rounded } from './figures.js';
import type { ComparedPeer, MeasuredRow } from './performance.js';

/** What a row's sides measured, ours first, as a row of the report. */
export function toMeasuredRow(
  { id, what, unit, peers }: Pick<Row, 'id' | 'what' | 'unit' | 'peers'>,
  sides: readonly SideRounds[],
  { date, notes }: Pick<MeasuredRow, 'date' | 'notes'>,
): MeasuredRow {
  const [ours, ...theirs] = sides.map(({ values }) => values);
  const comparedPeer = (peer: Peer, index: number): ComparedPeer => ({
    against: peer.name,
    peer: rounded(median(theirs[index]!)),
    ...compare(unit, ours!, theirs[index]!),
    bar: peer.bar,
    stretch: peer.stretch,
  });
  const [first, second] = peers.map(comparedPeer);
  const ownNotes = sides.flatMap(({ note }, index) =>
    note === undefined ? [] : [index === 0 ? note : `${peers[index - 1]!.name} with ${note}`],
  );
  return {
    id,
    what,
    ours: rounded(median(ours!)),
    unit,
    ...first!,
    rounds: ours!.length,
    date,
    notes: [...notes, ...ownNotes],
    ...(second ? { second } : {}),
  };
}
