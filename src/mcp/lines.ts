// What comes in, line by line, before the protocol's own reader has it: one that is too long is dropped as it comes, so that nobody can
// fill the memory, and who sent it is told if it can be found out who asked what.
import { Transform } from 'node:stream';

/** A message's body is at most 64 KiB; written with escapes, six times that. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** Of a line its first and its last bytes: should it be dropped, they may hold its id. */
const ENDS_BYTES = 512;

const NEWLINE = 10;

/** `onTooLong` gets the id of the request, null = not found. */
export function shortLines(onTooLong: (id: string | number | null) => void, bytesMax = LINE_BYTES_MAX): Transform {
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
        if (bytes <= bytesMax) this.push(Buffer.concat(parts));
        else onTooLong(idIn(head, tail));
        [parts, bytes, head, tail] = [[], 0, '', ''];
        from = at + 1;
      }
      take(chunk.subarray(from));
      done();
    },
  });
}

/** Clients write it first or last; an id in the middle is lost with the part that is not kept. */
function idIn(head: string, tail: string): string | number | null {
  const id = '"id"\\s*:\\s*(\\d{1,15}|"[\\w-]{1,100}")';
  const found =
    new RegExp(`^\\s*\\{(?:\\s*"jsonrpc"\\s*:\\s*"2\\.0"\\s*,)?\\s*${id}`).exec(head) ??
    new RegExp(`,\\s*${id}(?:\\s*,\\s*"jsonrpc"\\s*:\\s*"2\\.0")?\\s*\\}\\s*$`).exec(tail);
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}
