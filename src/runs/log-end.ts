// The end of a log, however large it is: more than a result shows of it, so that what is secret in it is recognised before it is cut.
import type { LogEnd } from '../core/model/orders/run.ts';
import { isClosed, isNoFile } from '../system/files/open-file.ts';
import { readLastBytes } from '../system/runs/log-end.ts';
import { withoutFullLine } from './capped-log.ts';

const BYTES_MAX = 64 * 1024;
/** More than coord's own line takes where a log is full. */
const LINE_BYTES_MAX = 512;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Empty when there is no log, or its run closed it; without the line feed at its end. */
export function readLogEnd(path: string): LogEnd {
  try {
    const read = readLastBytes(path, BYTES_MAX + LINE_BYTES_MAX);
    const bytes = withoutFullLine(read.bytes);
    const isWhole = read.isWhole && bytes.length <= BYTES_MAX;
    return isWhole ? { tail: textOf(bytes) } : fromFirstStart(bytes.subarray(-BYTES_MAX));
  } catch (error) {
    if (isNoFile(error) || isClosed(error)) return { tail: '' };
    throw error;
  }
}

/** A return starts a line too: what stands before it is overwritten. */
function fromFirstStart(bytes: Buffer): LogEnd {
  const start = bytes.findIndex((byte) => byte === LINE_FEED || byte === RETURN) + 1;
  if (start > 0 && start < bytes.length) return { tail: textOf(bytes.subarray(start)), tailBegins: 'with a line' };
  let whole = 0;
  while (whole < 3 && ((bytes[whole] ?? 0) & 0xc0) === 0x80) whole++;
  return { tail: textOf(bytes.subarray(whole)), tailBegins: 'within a line' };
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\n$/, '');
}
