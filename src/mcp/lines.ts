// What comes in, line by line, before the protocol's own reader has it. A line that is no message is answered with an error, because the
// package drops it and its sender would wait for ever. One that is too long is dropped as it comes, so that nobody can fill the memory.
import { Transform } from 'node:stream';

/** A message's body is at most 64 KiB; written with escapes, six times that. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** Of a line its first and its last bytes: should it be dropped, they may hold its id. */
const ENDS_BYTES = 512;

const NEWLINE = 10;

/** Of JSON-RPC 2.0. */
const CODES = { parseError: -32700, invalidRequest: -32600 };

export interface BadLine {
  /** Of the request; null = it has none, or it was not found. */
  readonly id: string | number | null;
  readonly code: number;
  readonly message: string;
}

/** Lets the lines through that hold one message; of each other one, `onBadLine` is told. */
export function messageLines(onBadLine: (line: BadLine) => void, bytesMax = LINE_BYTES_MAX): Transform {
  let parts: Buffer[] = [];
  let bytes = 0;
  let [head, tail] = ['', ''];
  const take = (part: Buffer) => {
    bytes += part.length;
    head += part.subarray(0, ENDS_BYTES - head.length).toString('latin1');
    tail = `${tail}${part.subarray(-ENDS_BYTES).toString('latin1')}`.slice(-ENDS_BYTES);
    if (bytes <= bytesMax) parts.push(part);
    else parts = [];
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        take(chunk.subarray(from, at + 1));
        const line = Buffer.concat(parts);
        const bad = bytes <= bytesMax ? faultOf(line.toString('utf8')) : tooLong(idIn(head, tail), bytesMax);
        if (bad === null) this.push(line);
        else onBadLine(bad);
        [parts, bytes, head, tail] = [[], 0, '', ''];
        from = at + 1;
      }
      take(chunk.subarray(from));
      done();
    },
  });
}

const tooLong = (id: BadLine['id'], bytesMax: number): BadLine => ({
  id,
  code: CODES.invalidRequest,
  message: `expected at most ${bytesMax} bytes a line`,
});

/** Null = a message, or an empty line. */
function faultOf(line: string): BadLine | null {
  if (line.trim() === '') return null;
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return { id: null, code: CODES.parseError, message: 'expected a line of JSON' };
  }
  const fault = (message: string, id: BadLine['id'] = null) => ({ id, code: CODES.invalidRequest, message });
  if (Array.isArray(read)) return fault('expected one message a line, found a batch');
  if (typeof read !== 'object' || read === null) return fault('expected a message, found a plain value');
  const { jsonrpc, id } = read as Readonly<Record<string, unknown>>;
  const isId = typeof id === 'string' || typeof id === 'number';
  if (id !== undefined && !isId) return fault('expected a string or a number as the id');
  return jsonrpc === '2.0' ? null : fault('expected "jsonrpc": "2.0"', isId ? id : null);
}

/** Clients write it first or last; an id in the middle is lost with the part that is not kept. */
function idIn(head: string, tail: string): string | number | null {
  const id = '"id"\\s*:\\s*(\\d{1,15}|"[\\w-]{1,100}")';
  const found =
    new RegExp(`^\\s*\\{(?:\\s*"jsonrpc"\\s*:\\s*"2\\.0"\\s*,)?\\s*${id}`).exec(head) ??
    new RegExp(`,\\s*${id}(?:\\s*,\\s*"jsonrpc"\\s*:\\s*"2\\.0")?\\s*\\}\\s*$`).exec(tail);
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}
