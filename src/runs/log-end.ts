// The end of a log, however large it is: more than a result shows of it, so that what is secret in it is recognised before it is cut.
import type { LogEnd } from '../core/model/orders/run.ts';
import { isClosed, isNoFile } from '../system/files/open-file.ts';
import { fromFirstStart, readLastBytes } from '../system/runs/log-end.ts';
import { withoutFullMark } from './capped-log.ts';

const BYTES_MAX = 64 * 1024;
/** More than coord's own line takes where a log is full. */
const LINE_BYTES_MAX = 512;

/** Empty when there is no log, or its run closed it; without the line feed at its end. */
export function readLogEnd(path: string): LogEnd {
  try {
    const read = readLastBytes(path, BYTES_MAX + LINE_BYTES_MAX);
    const bytes = withoutFullMark(read.bytes);
    const isWhole = read.isWhole && bytes.length <= BYTES_MAX;
    if (isWhole) return { tail: textOf(bytes) };
    const end = fromFirstStart(bytes.subarray(-BYTES_MAX));
    return { tail: textOf(end.bytes), tailBegins: end.isWithinLine ? 'within a line' : 'with a line' };
  } catch (error) {
    if (isNoFile(error) || isClosed(error)) return { tail: '' };
    throw error;
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\n$/, '');
}
