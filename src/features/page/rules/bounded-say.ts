// What comes by itself to a listener that may be slow: bounded in memory, and honest about what is left out.

interface Line {
  readonly machine: number;
  readonly text: string;
  readonly isCut?: true;
  readonly isHint?: true;
}

/** At most `waitingMax` lines wait to be taken. While so many do, further ones are left out, and the next of that machine says `isCut`. */
export function boundedSay(say: (line: Line) => Promise<void>, waitingMax: number): (line: Line) => void {
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
