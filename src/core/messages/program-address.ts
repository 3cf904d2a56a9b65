// How a program is addressed: `builder` here, `2/builder` on another machine, and the first line of a ledger message to a program (M8). Pure.

/** All programs of a machine. */
export const ALL_PROGRAMS = 'all';
const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const BY_LINE = /^From ([1-9][0-9]{0,5}\/[a-z][a-z0-9_-]{0,63}):[ \t\r]*\n/;
const LINE = /^@([a-z][a-z0-9_-]{0,63})(?: from ([1-9][0-9]{0,5})\/([a-z][a-z0-9_-]{0,63}))?[ \t\r]*(?:\n|$)/;

/** `all` is nobody's name. */
export function isProgramName(word: string): boolean {
  return NAME.test(word) && word !== ALL_PROGRAMS;
}

/** `2/builder`, split; null = it has no slash. The parts are not checked. */
export function splitAddress(word: string): { readonly machine: string; readonly program: string } | null {
  const at = word.lastIndexOf('/');
  return at === -1 ? null : { machine: word.slice(0, at).trim(), program: word.slice(at + 1).trim() };
}

export interface ForProgram {
  /** Or `all`. */
  readonly program: string;
  /** The sender that the line claims; it is not checked here. */
  readonly from: { readonly machine: number; readonly program: string } | null;
  readonly body: string;
}

/** A message with text whose first line names a program; null = any other, which is for people. */
export function forProgram(text: string): ForProgram | null {
  const found = LINE.exec(text);
  if (found === null) return null;
  const [line, program = '', machine, sender] = found;
  const body = text
    .slice(line.length)
    .replace(/^[ \t\r]*\n/, '')
    .trimEnd();
  if (body === '') return null;
  const from = machine === undefined || sender === undefined ? null : { machine: Number(machine), program: sender };
  return { program, from, body };
}

/** The text of a ledger message to a program. `from`: a program of machine `me`; null = somebody there. */
export function toProgram(program: string, me: number, from: string | null, body: string): string {
  return `@${program}${from === null ? '' : ` from ${me}/${from}`}\n\n${body}`;
}

/** The text of a program's ledger message to people, or to readers at another machine. */
export function byProgram(me: number, from: string, body: string): string {
  return `From ${me}/${from}:\n\n${body}`;
}

/**
 * Reads a first line as `byProgram` writes it; null = there is none. Nothing proves `who`: it is shown, and nothing goes by it. By the first line of `body`
 * go the triggers that wait for a message (O19).
 */
export function saidByProgram(text: string): { readonly who: string; readonly body: string } | null {
  const [line, who] = BY_LINE.exec(text) ?? [];
  const body = line === undefined ? '' : text.slice(line.length).trim();
  return who === undefined || body === '' ? null : { who, body };
}

/** Where an answer goes: the sender that the line claims, if its log belongs to that machine. */
export function senderOf({ from }: Pick<ForProgram, 'from'>, machine: number): string {
  return from !== null && from.machine === machine ? `${machine}/${from.program}` : String(machine);
}
