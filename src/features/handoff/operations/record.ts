// Records a hand-off for `coord handoff`: on disk first, as a message is (S5), then a sync sends it. It is cleaned as a run's output is: no
// terminal codes, and nothing that is known or looks like a secret.
import { HAND_OFF_LIMITS, type HandOff, type HandOffRequest } from '../../../core/model/messages/hand-off.ts';
import { CoordError } from '../../../errors.ts';
import { mustNotHaveLeft } from '../../../operations/machine/assert-not-left.ts';
import { recordingTimes } from '../../../operations/messages/outbox-time.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine, publishable } from '../../../operations/sync/open-machine.ts';
import type { SyncReport } from '../../../operations/sync/sync.ts';
import { syncSaved } from '../../../operations/sync/sync-saved.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { projectName } from '../rules/hand-offs.ts';
import { projectOfFolder } from '../system/project-of-folder.ts';

export interface HandOffReport {
  readonly handOff: Omit<HandOff, 'at'>;
  readonly sync: SyncReport;
}

/** Throws USAGE before anything is recorded. */
export async function handOff(world: World, folder: FleetFolder, request: HandOffRequest): Promise<HandOffReport> {
  return { handOff: await recordHandOff(world, folder, request), sync: await syncSaved(world, folder) };
}

/** On disk when it resolves; the next sync sends it. */
export async function recordHandOff(world: World, folder: FleetFolder, request: HandOffRequest): Promise<Omit<HandOff, 'at'>> {
  const written = goodHandOff(request, orderOf(world.env), publishable(world, folder));
  const opened = await openMachine(world, folder);
  try {
    await mustNotHaveLeft(opened);
    const recordedAt = recordingTimes(await opened.journal.mail(), world.clock)();
    await opened.journal.record({ id: world.random.uuid(), recordedAt, kind: 'handoff', handOff: written });
  } finally {
    await opened.ledger.close();
  }
  return written;
}

function goodHandOff(given: HandOffRequest, order: string | null, clean: (text: string) => string): Omit<HandOff, 'at'> {
  const [done = '', ...rest] = [given.done, given.open, given.where, given.next].map((text) => goodText(text ?? '', clean));
  if (done === '')
    throw new CoordError(
      'USAGE',
      'the hand-off is empty: expected what was done',
      'coord handoff "The tests pass" --next "Write the docs"',
    );
  const [open = null, where = null, next = null] = rest.map((text) => (text === '' ? null : text));
  const bytes = [done, open, where, next].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  if (bytes > HAND_OFF_LIMITS.bytesMax) {
    const [max, found] = [HAND_OFF_LIMITS.bytesMax, bytes].map((it) => `${Math.ceil(it / 1024)} KiB`);
    throw new CoordError(
      'USAGE',
      `the hand-off is too long: expected at most ${max}, found ${found}`,
      'write a file, and say where it lies',
    );
  }
  const project = projectName(clean(given.project ?? projectOfFolder(given.folder)));
  if (project === '') throw new CoordError('USAGE', 'the project has no name', 'coord handoff "…" --project app');
  return { project, order, done, open, where, next };
}

function goodText(given: string, clean: (text: string) => string): string {
  if (!given.isWellFormed()) throw new CoordError('USAGE', 'the hand-off is no text: expected UTF-8', null);
  return clean(given)
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd();
}

/** Of the run that this happens in. */
function orderOf(env: NodeJS.ProcessEnv): string | null {
  return /^[a-z0-9][a-z0-9._-]{0,63}(?:@[0-9TZ]{1,20})?$/.exec(env.COORD_ORDER ?? '')?.[0] ?? null;
}
