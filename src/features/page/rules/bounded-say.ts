// What comes by itself to a listener that may be slow: bounded in memory, and honest about what is left out.

/** `isCut`: something before it is missing. `isHint`: it came over the bell, which nobody signs (T8). */
export interface SaidText {
  readonly machine: number;
  readonly text: string;
  readonly isCut?: true;
  readonly isHint?: true;
}

/** `isLive`: more of it would come by itself. */
export type Said = SaidText | { readonly over: true; readonly isLive: boolean };

/** At most `waitingMax` lines wait to be taken. While so many do, further ones are left out, and the next of that machine says `isCut`. */
export function boundedSay(say: (line: SaidText) => Promise<void>, waitingMax: number): (line: SaidText) => void {
  const cut = new Set<number>();
  let waiting = 0;
  const taken = () => {
    waiting -= 1;
  };
  return (line) => {
    if (waiting >= waitingMax) {
      cut.add(line.machine);
      return;
    }
    waiting += 1;
    say(cut.delete(line.machine) ? { ...line, isCut: true } : line).then(taken, taken);
  };
}
