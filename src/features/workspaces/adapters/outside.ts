// Notices changes outside the workspace that a run must not make: orders and messages in the fleet folder, coord's settings, the mirror. A
// run is the person's own process and cannot be kept from there, so a change is only reported. It does not see other places, files of other
// workspaces, or who made the change; coord's own writes do not count.
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import { jsonIn, readBytes } from '../../../system/files/read-if-there.ts';
import { fleetFolderAt } from '../../../system/fleet/fleet-folder.ts';
import { mirrorPath } from '../system/workspace-pool.ts';

const BYTES_MAX = 4 * 1024 * 1024;
const FILES_MAX = 2_000;

/** A mark of each, by the words that people read. */
export function outsideMarks(
  { fleet, home }: Pick<WorkspaceRequest, 'fleet' | 'home'>,
  repoFolder: string,
): Record<string, string> {
  const { projection, projected, state } = fleetFolderAt(fleet);
  const written = (jsonIn(projected) ?? {}) as Readonly<Record<string, readonly string[]>>;
  const marks: Record<string, string> = {};
  for (const path of documentsIn(projection)) {
    const bytes = read(join(projection, path));
    if (bytes === null) continue;
    const isOurs = written[path]?.includes(blobId(bytes)) === true;
    marks[`coordination/${path}`] = isOurs ? 'as coord wrote it' : blobId(bytes);
  }
  for (const name of ['instances.yaml', 'api.yaml', 'alerts.yaml']) mark(marks, `.coord/${name}`, join(state, name));
  mark(marks, 'policy.yaml', join(home, 'policy.yaml'));
  mark(marks, 'the mirror of the repo', join(mirrorPath(repoFolder), 'config'));
  return marks;
}

/** The files that changed; files that coord itself wrote or removed do not count. */
export function changedOutside(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name] && (after[name] ?? before[name]) !== 'as coord wrote it')
    .sort();
}

function mark(marks: Record<string, string>, name: string, path: string): void {
  const bytes = read(path);
  if (bytes !== null) marks[name] = blobId(bytes);
}

function documentsIn(projection: string): string[] {
  try {
    const all = readdirSync(projection, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return all
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(projection.length + 1))
      .filter((path) => /^(ORDERS\.json|fleet\.yaml|specs\/|messages\/)/.test(path))
      .slice(0, FILES_MAX);
  } catch {
    return [];
  }
}

function read(path: string): Buffer | null {
  try {
    const bytes = readBytes(path);
    return bytes.length <= BYTES_MAX ? bytes : null;
  } catch {
    return null;
  }
}

/** As git names content in most repositories. */
export function blobId(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
