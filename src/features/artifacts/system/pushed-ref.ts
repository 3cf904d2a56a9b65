// What the ref of this machine was last brought to (A2). A hint that saves connections: lost, it is made anew from the store and the remote.
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { StorePaths } from './artifact-store.ts';

export interface PushedRef {
  /** The runs whose files were looked at for it. */
  readonly names: readonly string[];
  /** Null = this folder has not pushed one. */
  readonly commit: string | null;
  /** One whose answer is not known. */
  readonly tried: string | null;
  /** Epoch milliseconds, of the last pushes. */
  readonly pushTimes: readonly number[];
  /** When the ref was last looked at on the remote, with or without an answer; epoch milliseconds. */
  readonly lookedAtMs: number;
  /** Looks in a row that got no answer. */
  readonly lookFailures: number;
  /** In a row, of one kind (`refused`); 0 = it is as it should be. */
  readonly failures: number;
  readonly failedAtMs: number;
  /** The last failure was the host's own word, or came while the host answered else: it is asked again later and later. False = it was out of reach. */
  readonly refused: boolean;
  /** The runs whose files that one would have brought. */
  readonly failedNames: readonly string[];
  readonly why: string | null;
}

const NONE: PushedRef = {
  ...{ names: [], commit: null, tried: null, pushTimes: [], lookedAtMs: 0, lookFailures: 0 },
  ...{ failures: 0, failedAtMs: 0, refused: false, failedNames: [], why: null },
};

export function readPushed({ pushed }: StorePaths): PushedRef {
  const read = jsonIn(pushed);
  if (!isRecord(read) || !Array.isArray(read.names) || !Array.isArray(read.pushTimes)) return NONE;
  const { failedNames } = read;
  return { ...NONE, ...(read as Partial<PushedRef>), failedNames: Array.isArray(failedNames) ? failedNames : [] };
}

export function writePushed({ pushed }: StorePaths, now: PushedRef): void {
  writeDurably(pushed, `${JSON.stringify(now)}\n`);
}
