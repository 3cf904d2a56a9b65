// Commits what the run changed in its workspace after its command, however that ended. Nothing leaves this computer yet.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../../core/base/counted.ts';
import { CHANGED_NOTHING, type WorkspaceReport } from '../../../core/model/orders/workspace.ts';
import { bytesBelow } from '../../../system/files/bytes-below.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { readSlotRecord, writeSlotRecord } from '../system/workspace-pool.ts';
import { configOf, putBack } from './checkout.ts';
import { authorOf, messageOf, trailersOf } from './commit-words.ts';
import { type Kept, keepChanges, mustBeOwnGit } from './keep.ts';
import { changedOutside, outsideMarks } from './outside.ts';
import type { Phase } from './phase.ts';
import { openPoolGit } from './pool-git.ts';

export async function keep(phase: Phase): Promise<WorkspaceReport> {
  const { spec, request, repoFolder, key, place, session, say } = phase;
  if (place === null) throw new Error('bug: nothing was prepared');
  const outside = changedOutside(place.outside, outsideMarks(request, repoFolder));
  const said = outside.length === 0 ? [] : [`while it ran, outside of its workspace ${outside.slice(0, 5).join(', ')} changed`];
  for (const line of said) say(line);
  mustBeOwnGit(place);
  const set = settingsOfRun(join(place.root, '.git', 'config'), configOf(request.url, null));
  if (set.length > 0) say(`the run set ${set.join(', ')} in its .git/config, which coord does not obey`);
  putBack(place, request.url, null);
  const git = await openPoolGit({ repoFolder, url: request.url, person: request.person, key }, false);
  const words = { message: messageOf(spec, request), author: authorOf(request.machine), trailers: trailersOf(spec, request) };
  const kept = await keepChanges(git, place, place.base, words);
  say(sentenceOf(kept));
  for (const note of kept.notes) say(note);
  const { commit } = kept;
  const record = readSlotRecord(place);
  if (record !== null)
    writeSlotRecord(place, {
      ...record,
      ...{ session: session ?? record.session, commit, state: commit === null ? 'done' : 'kept', bytes: bytesBelow(place.root) },
    });
  const isNothing = commit === null;
  return {
    problem: kept.problem ?? (isNothing && request.expectsChanges ? CHANGED_NOTHING.problem : null),
    asks: false,
    notes: [...(isNothing && !request.expectsChanges ? [CHANGED_NOTHING.note] : []), ...said, ...kept.notes],
    outputs: {},
    place: { ...place, commit },
  };
}

function sentenceOf({ commit, ownCommits, files }: Kept): string {
  if (commit === null) return 'the run changed nothing';
  const own = ownCommits === 0 ? '' : `${counted(ownCommits, 'commit')} of the run`;
  const rest = files === 0 ? '' : counted(files, 'changed file');
  const what = [own, rest].filter((it) => it !== '').join(', and ');
  return what === '' ? 'kept as it lies there' : `kept as ${commit.slice(0, 12)}: ${what}`;
}

/** Blanks of its own line: over those of all lines it would take the square of their number, half an hour for 1 MB that a run wrote. */
const WHICH_RUN =
  /^[ \t]*(hookspath|fsmonitor|sshcommand|askpass|editor|pager|helper|gitproxy|clean|smudge|process|program)\s*=/gim;

/** Names of settings by which git would start something. */
function settingsOfRun(path: string, ours: string): string[] {
  try {
    // The run may have put a pipe there, which would be waited for.
    const text = lstatSync(path).isFile() ? readText(path) : ours;
    return text === ours ? [] : settingsWhichRun(text);
  } catch {
    return [];
  }
}

export function settingsWhichRun(text: string): string[] {
  return [...new Set([...text.matchAll(WHICH_RUN)].map(([, name]) => (name ?? '').toLowerCase()))];
}
