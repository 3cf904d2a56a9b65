// Takes the files of a run that has ended (A1): small ones travel, larger ones stay here, in the order of their names. They count all at once. A file
// that is not taken keeps no other from being taken, and is said.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ARTIFACT_LIMITS,
  type Artifact,
  type ArtifactsReport,
  type ArtifactsRequest,
} from '../../../core/model/orders/artifact.ts';
import type { RunName } from '../../../core/model/orders/run.ts';
import { realFolder } from '../../../system/files/real-folder.ts';
import { keepDraft, makeRoom, openDraft, type StorePaths } from '../system/artifact-store.ts';
import { copyFile } from './copy-file.ts';
import { findFiles } from './find-files.ts';
import { upload } from './upload.ts';

export interface Gathering {
  readonly paths: StorePaths;
  readonly run: RunName & { readonly key: string };
  /** Where the run worked. */
  readonly folder: string;
  readonly request: Pick<ArtifactsRequest, 'patterns' | 'upload' | 'person'>;
  /** Of the fleet's repo. */
  readonly format: string;
  say(text: string): void;
  readonly step?: (name: string) => void;
}

type Gathered = ArtifactsReport & Required<Pick<ArtifactsReport, 'files'>>;

/** Something was there, or may have been: whoever comes after must not take it for nothing (A4.4). */
const noneTaken = (notes: readonly string[]): Gathered => ({ problem: null, notes, files: [], unlisted: 'unknown' });

export async function gather(gathering: Gathering): Promise<Gathered> {
  const { paths, run, folder, request, say, step } = gathering;
  // The run may have put a link in its place.
  if (realFolder(folder) !== folder) return noneTaken(['no files were taken: its folder is another one now']);
  const { names, leftOut, problem } = findFiles(folder, request.patterns);
  if (problem !== null) return noneTaken([`no files were taken: ${problem}`]);
  if (names.length === 0 && leftOut.length > 0) return noneTaken(leftOut.map(notTaken));
  if (names.length === 0) return { problem: null, notes: [`no files match ${request.patterns.join(', ')}`], files: [] };
  step?.('files-found');
  const draft = openDraft(paths, run.key);
  const drop = () => rmSync(draft, { recursive: true, force: true });
  // Whoever ends this process (run-phase.ts) leaves none of it behind.
  process.once('exit', drop);
  try {
    const taken = take(gathering, names, draft);
    const files = request.upload === null ? taken.files : await uploaded(gathering, taken.files, draft, taken.notes);
    const notes = [...leftOut.map(notTaken), ...taken.notes];
    if (JSON.stringify(files).length > ARTIFACT_LIMITS.listLengthMax)
      return noneTaken(['no files were taken: their names are too long together; pack them into one']);
    step?.('files-copied');
    await heard();
    if (files.length === 0) return noneTaken(notes);
    keepDraft(paths, draft, run.key, { ...run, files });
    makeRoomAgain(paths);
    step?.('files-kept');
    for (const { name, size, id } of files) say(`took ${name} (${size} bytes${id === undefined ? ', stays here' : ''})`);
    return { problem: null, notes, files };
  } finally {
    process.off('exit', drop);
    drop();
  }
}

/** Runs that ended meanwhile could not see these files as they made room for theirs. These count by now: where it fails, the next run makes room. */
function makeRoomAgain(paths: StorePaths): void {
  try {
    makeRoom(paths, 0);
  } catch {
    // Said nowhere: the files are here.
  }
}

/** Copying hears no signal. One that came meanwhile ends this process here, before anything counts: its run was cut off, and leaves none (A1.1). */
async function heard(): Promise<void> {
  await nextTurn();
  await nextTurn();
}

const notTaken = (what: string): string => `not taken: ${what}`;

function take({ paths, folder, format, step }: Gathering, names: readonly string[], draft: string) {
  const files: Artifact[] = [];
  const notes: string[] = [];
  let [travels, kept] = [0, 0];
  for (const name of names) {
    const place = join(draft, String(files.length));
    const bytesMax = ARTIFACT_LIMITS.runBytesMax - kept;
    const copied = copyFile(join(folder, name), place, { bytesMax, format, ...(step === undefined ? {} : { step }) });
    if (copied.kind === 'left') {
      notes.push(notTaken(`${name}: ${copied.why}`));
      continue;
    }
    const { size, sha256, id, x } = copied;
    kept += size;
    const isSmall = size <= ARTIFACT_LIMITS.travelsBytesMax && travels + size <= ARTIFACT_LIMITS.runTravelsBytesMax;
    if (isSmall) travels += size;
    files.push({ name, size, sha256, ...(isSmall ? { id } : {}), ...(x === undefined ? {} : { x }) });
  }
  makeRoom(paths, kept);
  return { files, notes };
}

/** What does not travel, by the owner's own command. */
async function uploaded(
  { request, say }: Gathering,
  files: readonly Artifact[],
  draft: string,
  notes: string[],
): Promise<readonly Artifact[]> {
  const { upload: command, person } = request;
  const all: Artifact[] = [];
  for (const [at, file] of files.entries()) {
    if (file.id !== undefined || command === null) {
      all.push(file);
      continue;
    }
    const done = await upload(command, { path: join(draft, String(at)), ...file }, person);
    if ('problem' in done) {
      notes.push(`${file.name} stays here: artifact_command ${done.problem}`);
      all.push(file);
      continue;
    }
    say(`artifact_command took ${file.name}${done.at === null ? '' : `: ${done.at}`}`);
    all.push(done.at === null ? file : { ...file, at: done.at });
  }
  return all;
}
