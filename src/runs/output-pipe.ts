// One pipe for standard output and standard error, so that the log has them in the order in which they were written.
// It is a real pipe: Node's own are sockets, which programs cannot open as /dev/stdout or /dev/stderr. Where a FIFO cannot be made,
// two of Node's are used, and both promises are off.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface OutputPipe {
  /** For `spawn`, as stdout and stderr. */
  readonly end: number | 'pipe';
  /** To be called once, after `spawn`. */
  attach(child: ChildProcess): void;
  /** Reads what lies in it, and sees whether that is the end: not every system tells of the end of a FIFO (XNU tells nobody). Waits for nothing. */
  readRest(): void;
  /** Resolves when every process that held the pipe has let go of it. */
  readonly drained: Promise<void>;
  close(): void;
}

export function openOutputPipe(folder: string, onData: (chunk: Buffer) => void): OutputPipe {
  const fifo = openFifo(join(folder, 'pipe'));
  const sources: Readable[] = [];
  let open = 0;
  let drainedNow: () => void = () => {};
  const drained = new Promise<void>((resolve) => {
    drainedNow = resolve;
  });
  const read = (source: Readable) => {
    sources.push(source);
    open++;
    source.on('data', onData);
    source.on('error', () => source.destroy());
    source.on('close', () => {
      if (--open === 0) drainedNow();
    });
  };
  let writer = fifo?.writer ?? null;
  const letGo = () => {
    if (writer !== null) closeSync(writer);
    writer = null;
  };
  return {
    end: writer ?? 'pipe',
    drained,
    attach(child) {
      letGo();
      if (fifo !== null) read(new Socket({ fd: fifo.reader, readable: true, writable: false }));
      else for (const source of [child.stdout, child.stderr]) if (source !== null) read(source);
    },
    readRest() {
      // Once the source is gone, the number may be another file's.
      if (fifo !== null && sources[0]?.destroyed === false && isReadOut(fifo.reader, onData)) drainedNow();
    },
    close() {
      letGo();
      if (fifo !== null && sources.length === 0) closeSync(fifo.reader);
      for (const source of sources) source.destroy();
    },
  };
}

/** More than any pipe holds: who writes on and on is not waited for. */
const REST_BYTES_MAX = 1 << 20;

/** False = somebody still holds it. */
function isReadOut(fd: number, onData: (chunk: Buffer) => void): boolean {
  for (let left = REST_BYTES_MAX; left > 0; ) {
    const chunk = Buffer.alloc(64 * 1024);
    let bytes: number;
    try {
      bytes = readSync(fd, chunk);
    } catch {
      // Nothing lies there now.
      return false;
    }
    if (bytes === 0) return true;
    onData(chunk.subarray(0, bytes));
    left -= bytes;
  }
  return false;
}

function openFifo(path: string): { reader: number; writer: number } | null {
  rmSync(path, { force: true });
  if (spawnSync('mkfifo', ['-m', '600', path], { stdio: 'ignore' }).status !== 0) return null;
  try {
    // The reader first: opening the writer would wait for one. Only the reader must not block.
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return { reader, writer: openSync(path, constants.O_WRONLY) };
  } finally {
    rmSync(path, { force: true });
  }
}
