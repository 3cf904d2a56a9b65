// F3: whether anything has moved beside one machine's own word. Beats are no facts (H1), and what is derived says nothing new.
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { ownerOf } from '../documents.ts';

/** Equal texts mean that people's documents and the words of all other machines are as they were. */
export function factsOf(snapshot: Snapshot, machine: number): string {
  const people = [...snapshot.main.files].filter(([path]) => ownerOf(path)?.kind === 'people');
  const others = [...snapshot.machines].filter(([other]) => other !== machine);
  const lines = [
    ...people.map(([path, id]) => `${path} ${id}`),
    ...others.map(([other, view]) => `${other} ${view.document.seq}`),
  ];
  return lines.sort().join('\n');
}
