// Artifacts (A1 to A5): the files that a run leaves for others. What an order asks for, what coord's own command is told, and what it reports.
import { utf8Bytes } from '../../base/utf8.ts';

/** One file. */
export interface Artifact {
  /** Its path below the folder of the run, with `/`. */
  readonly name: string;
  readonly size: number;
  /** Of its content, in hexadecimal digits. */
  readonly sha256: string;
  /** It travels: the id of its content as a git blob, which the machine's ref holds. Absent = it does not. */
  readonly id?: string | undefined;
  /** Where the owner's own command has put it; data. Absent = nowhere. */
  readonly at?: string | undefined;
  /** Its owner may execute it (A1.7). Absent = not, or an earlier version left it. */
  readonly x?: true | undefined;
}

/** A1.7: of each that is written, in the store, on the ref and where it is fetched. */
export const modeOf = ({ x }: Pick<Artifact, 'x'>): number => (x === true ? 0o755 : 0o644);

export const ARTIFACT_LIMITS = Object.freeze({
  /** Of one run. */
  filesMax: 100,
  /** In characters of its list as JSON: it stands in the result. */
  listLengthMax: 16_000,
  /** A file beyond this does not travel, nor what is beyond that of a run. */
  travelsBytesMax: 1024 * 1024,
  runTravelsBytesMax: 5 * 1024 * 1024,
  /** Of all that a machine's ref holds; the oldest go first. */
  refBytesMax: 50 * 1024 * 1024,
  /** What stays on the machine: of one run, and of all. */
  runBytesMax: 1024 ** 3,
  storeBytesMax: 4 * 1024 ** 3,
  nameLengthMax: 200,
  /** UTF-8, of what stands between two `/`: no disk takes more. */
  partBytesMax: 255,
  atLengthMax: 500,
});

/** What nobody sees, or what turns a line around. Nothing that a later Unicode may give a sign to: all machines have to judge alike. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffd\\]/u;

/** Why a file of that name is never an artifact; null = it may be. A name of another machine's is judged by the same words. */
export function artifactNameProblem(name: string): string | null {
  if (name.length === 0 || name.length > ARTIFACT_LIMITS.nameLengthMax) return 'its name is too long';
  if (HIDDEN.test(name)) return 'its name has characters that cannot be shown';
  for (const part of name.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'its name leads elsewhere';
    if (/^\.git$/i.test(part)) return 'it is in a .git';
    if (utf8Bytes(part) > ARTIFACT_LIMITS.partBytesMax) return 'its name is too long';
    if (part.startsWith('-')) return 'its name begins with a dash';
  }
  return null;
}

/** How many files a result does not name. `unknown`: it does not say that either. */
export type Unlisted = number | 'unknown';

/** Files of an earlier order for a run that comes after it. */
export interface HandedFiles {
  /** `BUILD`: the folder is told as COORD_FROM_BUILD_FILES. */
  readonly as: string;
  readonly order: string;
  readonly machine: number;
  readonly files: readonly Artifact[];
  /** A1.5: it left some whose names nobody tells, or may have: none of them can be had. */
  readonly unlisted?: Unlisted;
  /** A4.4: the generation in which the order has not COMPLETED there, so that nobody knows what it leaves. */
  readonly notCompleted?: number;
  /** An earlier step of the same chain. */
  readonly ofChain?: true;
  /** A4.4: what is COMPLETED by a person's word, or of an order for all not there: the name is told, and no folder is there. */
  readonly isAbsent?: true;
}

/** What `coord __artifacts` reads from the spec of its run. */
export interface ArtifactsRequest {
  /** Which files it leaves; empty = none. */
  readonly patterns: readonly string[];
  /** The fleet folder. */
  readonly fleet: string;
  /** The owner's own way of keeping what does not travel: it gets path, name and SHA-256. Null = there is none. */
  readonly upload: readonly [string, ...string[]] | null;
  /** Variables of the person for that and for git; none of the order's. */
  readonly person: Readonly<Record<string, string>>;
  /** Coord's own command; the phase is its last word. */
  readonly command: readonly [string, ...string[]];
}

/** Before the run's command, and after its check. */
export type ArtifactsPhase = 'fetch' | 'gather';

/** Variables of a phase: the file that it leaves its report in, the folder that it is about. */
export const ARTIFACTS_REPORT = 'COORD_ARTIFACTS_REPORT';
export const ARTIFACTS_FOLDER = 'COORD_ARTIFACTS_FOLDER';

/** What of the files that are fetched into a folder of a run has come so far. It goes with the run. */
export const comingTo = (folder: string): string => `${folder}.part`;

/** What a phase reports. */
export interface ArtifactsReport {
  /** Why the run FAILED before its command; null = the phase knows of no failure. */
  readonly problem: string | null;
  /** With a problem: the order that has to run again first. Absent = another try may have what was lacking. */
  readonly again?: string;
  /** That is an earlier step of the same chain, after which this one runs anew by itself. */
  readonly goesOn?: true;
  /** What was not taken, and why. */
  readonly notes: readonly string[];
  /** What it took. Absent = it had none to take; an empty list says that there were none, but for `unlisted`. */
  readonly files?: readonly Artifact[];
  /** Nobody knows what was there: it was not looked at to the end, or none of it could be taken. */
  readonly unlisted?: 'unknown';
}
