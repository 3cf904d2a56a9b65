// What `coord import` does: a file of another program becomes drafts of orders, which a person looks at; with `add` they are placed, all or none,
// by one edit (D5), and each waits for approval (O4a).
import { basename, dirname, resolve } from 'node:path';
import { together } from '../../../core/orders/edit-parts.ts';
import { parseOrders } from '../../../documents/orders/orders.ts';
import { CoordError, errorCode } from '../../../errors.ts';
import { type EditReport, editOrders, freshView, ordersHere } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readView, type View } from '../../../operations/sync/view.ts';
import { readStart } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readBeads } from '../documents/beads.ts';
import { readCrontab } from '../documents/crontab.ts';
import { type Drafts, draftsOf, type Fields, type ReadFile } from '../documents/drafts.ts';
import { readGithubIssues } from '../documents/github-issues.ts';
import { readMakefile } from '../documents/makefile.ts';

export const SOURCES = ['beads', 'github', 'crontab', 'makefile'] as const;
export type Source = (typeof SOURCES)[number];

export interface ImportRequest {
  readonly source: Source;
  readonly file: string;
  /** The agent that does what issues ask for. */
  readonly agent: string | null;
  /** Before each id; null = as the source has it. */
  readonly prefix: string | null;
  /** Of the times in a crontab; null = that of this computer. */
  readonly timezone: string | null;
  /** For all of them. */
  readonly fields: Fields;
  readonly add: boolean;
}

export interface Imported extends Drafts {
  /** Null = nothing was placed. */
  readonly done: EditReport | null;
}

const BYTES_MAX = 8 * 1_048_576;
const PREFIXES: Readonly<Record<Source, string>> = { beads: '', github: 'issue-', crontab: 'cron-', makefile: 'make-' };

/** Throws USAGE where an agent is missing or too much, FAILED for a file that cannot be read. */
export async function importDrafts(world: World, folder: FleetFolder, request: ImportRequest): Promise<Imported> {
  const { source, prefix, add } = request;
  const read = readSource(textOf(request.file), request);
  const view = (add ? null : readView(folder)) ?? (await freshView(world, folder));
  // What was written for this computer runs here, if nothing else is said.
  const here = source === 'crontab' || source === 'makefile' ? { assign: view.self.machine } : {};
  const options = { prefix: prefix ?? PREFIXES[source], taken: takenIds(folder, view), fields: { ...here, ...request.fields } };
  const drafts = draftsOf(read, options);
  if (!add || drafts.orders.length === 0) return { ...drafts, done: null };
  const edits = together(drafts.orders.map((order) => ({ kind: 'add', order })));
  return { ...drafts, done: await editOrders(world, folder, edits) };
}

function readSource(text: string, { source, file, agent, timezone }: ImportRequest): ReadFile {
  const isIssues = source === 'beads' || source === 'github';
  if (isIssues !== (agent !== null)) {
    const words = isIssues
      ? 'an issue says what is wanted, and an agent does it: expected --agent'
      : `--agent is for issues: a ${source} has commands`;
    throw new CoordError('USAGE', words, 'coord import --help');
  }
  if (source === 'beads') return readBeads(text, agent ?? '');
  if (source === 'github') return readGithubIssues(text, agent ?? '');
  if (source === 'makefile') return readMakefile(text, { file: basename(file), cwd: dirname(resolve(file)) });
  return readCrontab(text, timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
}

/** A mark of byte order is no part of it. */
function textOf(file: string): string {
  const failed = (why: string, cause?: unknown) => new CoordError('FAILED', `${file} cannot be read: ${why}`, null, { cause });
  let text: string;
  try {
    text = readStart(file, BYTES_MAX + 1);
  } catch (error) {
    throw failed(errorCode(error) ?? 'it is no file', error);
  }
  if (Buffer.byteLength(text) > BYTES_MAX) throw failed('it is larger than 8 MiB');
  if (text.includes('\u0000') || text.includes('\ufffd')) throw failed('it is no text: expected UTF-8');
  return text.replace(/^\ufeff/, '');
}

/** Also of entries that cannot be read, of chains and their steps, and of those that take a template. */
function takenIds(folder: FleetFolder, { orders }: View): ReadonlySet<string> {
  const { value } = parseOrders(ordersHere(folder));
  const listed = [...(value?.orders ?? []), ...(value?.refused ?? []), ...(value?.chains ?? []), ...(value?.uses ?? [])];
  return new Set([...Object.keys(orders), ...listed.flatMap(({ id }) => id ?? [])]);
}
