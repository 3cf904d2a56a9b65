// Reads and writes the trailers of R6, which tell a machine's commit from a person's, and a lane's beat from its content.
import { visibleLine } from '../text/escape-text.ts';

export interface Trailers {
  /** Null = a person's commit. */
  readonly machine: number | null;
  readonly seq: number | null;
  readonly beat: number | null;
}

export function renderMessage(subject: string, trailers: { machine: number; seq: number; beat: number }): string {
  const { machine, seq, beat } = trailers;
  return `${lineOf(subject)}\n\nCoord-Machine: ${machine}\nCoord-Seq: ${seq}\nCoord-Beat: ${beat}\n`;
}

/** The same message under another subject. */
export function withSubject(message: string, subject: string): string {
  return lineOf(subject) + message.slice(message.indexOf('\n'));
}

/** More of it no host shows in a list. */
const SUBJECT_MAX = 200;

/** One line, whatever a machine or an order is called: a name must not write trailers, and hides nothing. */
function lineOf(subject: string): string {
  return `${visibleLine(subject, SUBJECT_MAX)} [skip ci]`;
}

const FORMS = {
  machine: /^Coord-Machine: ([0-9]{1,15})$/m,
  seq: /^Coord-Seq: ([0-9]{1,15})$/m,
  beat: /^Coord-Beat: ([0-9]{1,15})$/m,
};

/** Reads the last paragraph only: a person who quotes a trailer in the text is still a person. */
export function trailersOf(message: string): Trailers {
  const paragraph =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? '';
  const number = (form: RegExp): number | null => {
    const found = form.exec(paragraph)?.[1];
    return found === undefined ? null : Number(found);
  };
  return { machine: number(FORMS.machine), seq: number(FORMS.seq), beat: number(FORMS.beat) };
}

/** R6: a machine made this commit; false where there is none. */
export function isByMachine(message: string | undefined): boolean {
  return message !== undefined && trailersOf(message).machine !== null;
}
