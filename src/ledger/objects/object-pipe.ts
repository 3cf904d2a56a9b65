// One long-lived `git cat-file` that is asked line by line and answers in order. Guarantees that every question is answered, or rejected when the
// process dies, the answer is invalid, or the time limit passes. Started at the first question.
import { tooSlow } from '../clone/clone-damage.ts';
import { type GitChild, type GitPlace, killGroup, openGit } from '../git/run-git.ts';

export interface ObjectAnswer {
  readonly id: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** Null where only the size was asked for. */
  readonly body: Buffer | null;
}

interface Question {
  readonly withBody: boolean;
  readonly resolve: (answer: ObjectAnswer | null) => void;
  readonly reject: (error: Error) => void;
}

/** The pipe ended; `exitCode` 129 = this git does not know the option. */
export class PipeClosed extends Error {
  readonly exitCode: number | null;

  constructor(message: string, exitCode: number | null) {
    super(message);
    this.name = 'PipeClosed';
    this.exitCode = exitCode;
  }
}

const HEADER_BYTES_MAX = 1024;
const NO_ANSWER = 'cat-file gave no answer that can be read';

export interface ObjectPipe {
  /** Null = there is no such object. */
  ask(line: string, withBody: boolean): Promise<ObjectAnswer | null>;
  close(): void;
}

type Header = Omit<ObjectAnswer, 'body'>;

/** Reads what cat-file prints: a line for each answer, and the body behind it where one was asked for. */
function createParser() {
  let buffer: Buffer = Buffer.alloc(0);
  let header: Header | null = null;
  // Chunks of a large body are gathered and joined once they suffice.
  let chunks: Buffer[] = [];
  let gathered = 0;
  return {
    add(chunk: Buffer): void {
      chunks.push(chunk);
      gathered += chunk.length;
    },
    /** The next answer; null = there is no such object, undefined = more has to come first. Throws PipeClosed for what is no answer. */
    next(withBody: boolean): ObjectAnswer | null | undefined {
      if (header !== null && withBody && gathered + buffer.length <= header.sizeBytes) return undefined;
      if (chunks.length > 0) buffer = Buffer.concat([buffer, ...chunks]);
      [chunks, gathered] = [[], 0];
      if (header === null) {
        const end = buffer.indexOf(10);
        if (end < 0 && buffer.length > HEADER_BYTES_MAX) throw new PipeClosed(NO_ANSWER, null);
        if (end < 0) return undefined;
        const line = buffer.toString('latin1', 0, end);
        buffer = buffer.subarray(end + 1);
        if (/ (missing|ambiguous)$/.test(line)) return null;
        header = headerIn(line);
      }
      const found = header;
      if (withBody && buffer.length <= found.sizeBytes) return undefined;
      header = null;
      if (!withBody) return { ...found, body: null };
      // A copy: a slice would keep the whole chunk in memory.
      const body = Buffer.from(buffer.subarray(0, found.sizeBytes));
      buffer = buffer.subarray(found.sizeBytes + 1);
      return { ...found, body };
    },
  };
}

function headerIn(line: string): Header {
  const [, id, type, size] = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line) ?? [];
  if (id === undefined || type === undefined) throw new PipeClosed(`${NO_ANSWER}: ${line.slice(0, 100)}`, null);
  return { id, type, sizeBytes: Number(size) };
}

/** Opens a pipe to `cat-file` with the given option. */
export function openObjectPipe(place: GitPlace, timeoutMs: number): ObjectPipe {
  const child: GitChild = openGit(place);
  const waiting: Question[] = [];
  const parser = createParser();
  let closed: Error | null = null;
  let timer: NodeJS.Timeout | undefined;
  let words = '';

  // An idle helper must not keep this process alive; a helper with an open question must.
  const hold = (held: boolean) => {
    for (const stream of [child, child.stdin, child.stdout, child.stderr] as { ref?(): void; unref?(): void }[]) {
      if (held) stream.ref?.();
      else stream.unref?.();
    }
  };
  const fail = (error: Error) => {
    closed ??= error;
    clearTimeout(timer);
    killGroup(child, 'SIGKILL');
    for (const question of waiting.splice(0)) question.reject(closed);
  };
  const watch = () => {
    clearTimeout(timer);
    if (waiting.length > 0) timer = setTimeout(() => fail(tooSlow('cat-file gave no answer in time')), timeoutMs);
    else hold(false);
  };
  const answer = (value: ObjectAnswer | null) => {
    waiting.shift()?.resolve(value);
    watch();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    parser.add(chunk);
    try {
      for (let [question] = waiting; question !== undefined; [question] = waiting) {
        const value = parser.next(question.withBody);
        if (value === undefined) return;
        answer(value);
      }
    } catch (error) {
      fail(error as Error);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-500);
  });
  child.once('error', fail);
  child.once('close', (code) => fail(new PipeClosed(`cat-file ended: ${words.trim()}`, code)));

  return {
    ask(line, withBody) {
      if (closed !== null) return Promise.reject(closed);
      return new Promise((resolve, reject) => {
        waiting.push({ withBody, resolve, reject });
        if (waiting.length === 1) {
          hold(true);
          watch();
        }
        child.stdin.write(`${line}\n`);
      });
    },
    close: () => fail(new PipeClosed('closed', 0)),
  };
}
