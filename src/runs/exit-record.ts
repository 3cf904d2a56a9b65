// `exit.json` of a run, as its watchdog writes it. The run may write there too: what has another form is no record, and the run has not ended.
import { parseTime } from '../core/base/time.ts';
import { type ExitRecord, knownStop } from '../core/model/orders/run.ts';
import { isRecord } from '../documents/json/is-record.ts';
import { type RunPaths, readRecord } from './run-folder.ts';

const WHYS: readonly unknown[] = ['exited', 'timeout', 'stopped', 'lease', 'notStarted'] satisfies ExitRecord['why'][];

/** Null = there is none. */
export function readExit({ exit }: Pick<RunPaths, 'exit'>): ExitRecord | null {
  const read = readRecord<unknown>(exit);
  return isExit(read) ? { ...read, stop: read.stop === null ? null : knownStop(read.stop) } : null;
}

/** Likewise of `kept.json`. */
export function readKept({ kept }: Pick<RunPaths, 'kept'>): Pick<ExitRecord, 'workspace'> {
  const read = readRecord<NonNullable<ExitRecord['workspace']>>(kept);
  return read !== null && isPhase(read) ? { workspace: read } : {};
}

function isExit(value: unknown): value is ExitRecord {
  if (!isRecord(value)) return false;
  const { why, stop, detail, exitCode, signal, checkExitCode, checkRan, startedAt, finishedAt, leftovers, droppedBytes } = value;
  return (
    WHYS.includes(why) &&
    [startedAt, finishedAt].every(isTime) &&
    [leftovers, droppedBytes].every(Number.isSafeInteger) &&
    [exitCode, checkExitCode].every((code) => code === null || Number.isSafeInteger(code)) &&
    [stop, detail, signal].every(isTextOrNull) &&
    typeof checkRan === 'boolean' &&
    [value.workspace, value.artifacts].every(isPhase)
  );
}

/** What the workspace or the files of the run say. */
function isPhase(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value) || !isTextOrNull(value.problem) || !areTexts(value.notes)) return false;
  const { files = [], outputs = {}, again, unlisted } = value;
  if (!isTextOrAbsent(again) || (unlisted !== undefined && unlisted !== 'unknown')) return false;
  return isRecord(outputs) && areTexts(Object.values(outputs)) && Array.isArray(files) && files.every(isFile);
}

function isFile(value: unknown): boolean {
  if (!isRecord(value) || ![value.id, value.at].every(isTextOrAbsent)) return false;
  return areTexts([value.name, value.sha256]) && Number.isSafeInteger(value.size) && [true, undefined].includes(value.x as true);
}

const isTime = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(parseTime(value));
const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
const isTextOrAbsent = (value: unknown) => value === undefined || typeof value === 'string';
const areTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');
