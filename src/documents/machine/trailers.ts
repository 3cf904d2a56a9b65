// Reads and writes the trailers of R6, which tell a machine's commit from a person's, and a lane's beat from its content.

export interface Trailers {
  /** Null = a person's commit. */
  readonly machine: number | null;
  readonly seq: number | null;
  readonly beat: number | null;
}

export function renderMessage(subject: string, trailers: { machine: number; seq: number; beat: number }): string {
  const { machine, seq, beat } = trailers;
  // One line, whatever a machine is called: a name must not write trailers.
  const line = subject.replace(/\p{Cc}+/gu, ' ').trim();
  return `${line} [skip ci]\n\nCoord-Machine: ${machine}\nCoord-Seq: ${seq}\nCoord-Beat: ${beat}\n`;
}

/** Reads the last paragraph only: a person who quotes a trailer in the text is still a person. */
export function trailersOf(message: string): Trailers {
  const paragraph =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? '';
  const number = (key: string): number | null => {
    const found = new RegExp(`^${key}: ([0-9]{1,15})$`, 'm').exec(paragraph)?.[1];
    return found === undefined ? null : Number(found);
  };
  return { machine: number('Coord-Machine'), seq: number('Coord-Seq'), beat: number('Coord-Beat') };
}

/** R6: a machine made this commit; false where there is none. */
export function isByMachine(message: string | undefined): boolean {
  return message !== undefined && trailersOf(message).machine !== null;
}
