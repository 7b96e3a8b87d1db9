import type { SideRounds } from '../alternate.js';
import type { Peer, Row } from '../row.js';
import { compare, meanOf, median, rounded } from './figures.js';
import type { ComparedPart, ComparedPeer, MeasuredRow } from './performance.js';

/** What a row's sides measured, ours first, as a row of the report. */
export function toMeasuredRow(
  { id, what, unit, peers }: Pick<Row, 'id' | 'what' | 'unit' | 'peers'>,
  sides: readonly SideRounds[],
  { date, notes }: Pick<MeasuredRow, 'date' | 'notes'>,
): MeasuredRow {
  const [ours, ...theirs] = sides.map(({ rounds }) => rounds.map(({ value }) => value));
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
    ...partsOf(sides),
  };
}

function partsOf([ours, peer]: readonly SideRounds[]): Pick<MeasuredRow, 'parts'> {
  const namesOf = (side: SideRounds | undefined) =>
    (side?.rounds ?? []).flatMap(({ parts }) => Object.keys(parts ?? {}));
  const names = [...new Set([...namesOf(ours), ...namesOf(peer)])];
  if (names.length === 0) return {};
  const comparedPart = (name: string): ComparedPart => {
    const mine = valuesOf(name, ours!);
    const theirs = peer === undefined ? [] : valuesOf(name, peer);
    const isPaired = mine.length > 0 && mine.length === theirs.length;
    return {
      name,
      ours: mine.length > 0 ? meanOf(mine) : null,
      peer: theirs.length > 0 ? meanOf(theirs) : null,
      difference: isPaired ? meanOf(mine.map((value, round) => value - theirs[round]!)) : null,
    };
  };
  return { parts: names.map(comparedPart) };
}

const valuesOf = (name: string, { rounds }: SideRounds): number[] =>
  rounds.flatMap(({ parts }) => parts?.[name] ?? []);
