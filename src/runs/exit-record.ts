// `exit.json` of a run, as its watchdog writes it. The run may write there too: what has another form is no record, and the run has not ended.
// What it says there is cut to a length that documents hold, as what coord's own commands say never is longer.
import { cutText } from '../core/base/cut-text.ts';
import { parseTime } from '../core/base/time.ts';
import { type ExitRecord, knownStop } from '../core/model/orders/run.ts';
import { isRecord } from '../documents/json/is-record.ts';
import { type RunPaths, readRecord } from './run-folder.ts';

const WHYS: readonly unknown[] = ['exited', 'timeout', 'stopped', 'lease', 'notStarted'] satisfies ExitRecord['why'][];

/** Null = there is none. */
export function readExit({ exit }: Pick<RunPaths, 'exit'>): ExitRecord | null {
  const read = readRecord<unknown>(exit);
  if (!isExit(read)) return null;
  const { stop, detail, workspace, artifacts } = read;
  return {
    ...read,
    stop: stop === null ? null : knownStop(stop),
    detail: detail === null ? null : short(detail),
    ...(workspace === undefined ? {} : { workspace: shortWorkspace(workspace) }),
    ...(artifacts === undefined ? {} : { artifacts: shortPhase(artifacts) }),
  };
}

/** Likewise of `kept.json`. */
export function readKept({ kept }: Pick<RunPaths, 'kept'>): Pick<ExitRecord, 'workspace'> {
  const read = readRecord<NonNullable<ExitRecord['workspace']>>(kept);
  return read !== null && isPhase(read) ? { workspace: shortWorkspace(read) } : {};
}

const TEXT_CHARACTERS_MAX = 2_000;
/** Of a workspace, all of which are shown. Of files the first few are, and how many more there are. */
const NOTES_MAX = 20;
const short = (text: string) => cutText(text, TEXT_CHARACTERS_MAX);

interface Phase {
  readonly problem: string | null;
  readonly notes: readonly string[];
  readonly outputs?: Readonly<Record<string, string>>;
}

const shortWorkspace = <T extends Phase>(said: T): T => shortPhase({ ...said, notes: said.notes.slice(0, NOTES_MAX) });

function shortPhase<T extends Phase>(phase: T): T {
  const { problem, notes, outputs } = phase;
  return {
    ...phase,
    problem: problem === null ? null : short(problem),
    notes: notes.map(short),
    ...(outputs === undefined
      ? {}
      : { outputs: Object.fromEntries(Object.entries(outputs).map(([key, it]) => [key, short(it)])) }),
  };
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
