// One long-lived `git cat-file` that is asked line by line and answers in order. Guarantees that every question is answered, or rejected when the
// process dies, the answer is invalid, or the time limit passes. Started at the first question.
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

export interface ObjectPipe {
  /** Null = there is no such object. */
  ask(line: string, withBody: boolean): Promise<ObjectAnswer | null>;
  close(): void;
}

/** Opens a pipe to `cat-file` with the given option. */
export function openObjectPipe(place: GitPlace, timeoutMs: number): ObjectPipe {
  const child: GitChild = openGit(place);
  const waiting: Question[] = [];
  let buffer: Buffer = Buffer.alloc(0);
  let header: Omit<ObjectAnswer, 'body'> | null = null;
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
    if (waiting.length > 0) timer = setTimeout(() => fail(new PipeClosed('cat-file gave no answer in time', null)), timeoutMs);
    else hold(false);
  };
  const answer = (value: ObjectAnswer | null) => {
    waiting.shift()?.resolve(value);
    watch();
  };
  const parse = () => {
    for (;;) {
      const question = waiting[0];
      if (question === undefined) return;
      if (header === null) {
        const end = buffer.indexOf(10);
        if (end < 0) {
          if (buffer.length > HEADER_BYTES_MAX) fail(new PipeClosed('cat-file gave no answer that can be read', null));
          return;
        }
        const line = buffer.toString('latin1', 0, end);
        buffer = buffer.subarray(end + 1);
        const found = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(line);
        if (found === null) {
          if (/ (missing|ambiguous)$/.test(line)) answer(null);
          else return fail(new PipeClosed(`cat-file gave no answer that can be read: ${line.slice(0, 100)}`, null));
          continue;
        }
        header = { id: found[1] ?? '', type: found[2] ?? '', sizeBytes: Number(found[3]) };
      }
      if (!question.withBody) answer({ ...header, body: null });
      else if (buffer.length > header.sizeBytes) {
        // A copy: a slice would keep the whole chunk in memory.
        answer({ ...header, body: Buffer.from(buffer.subarray(0, header.sizeBytes)) });
        buffer = buffer.subarray(header.sizeBytes + 1);
      } else return;
      header = null;
    }
  };

  // Chunks of a large body are gathered and joined once they suffice.
  let chunks: Buffer[] = [];
  let gathered = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    gathered += chunk.length;
    if (header !== null && waiting[0]?.withBody === true && gathered + buffer.length <= header.sizeBytes) return;
    buffer = Buffer.concat([buffer, ...chunks]);
    chunks = [];
    gathered = 0;
    parse();
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
