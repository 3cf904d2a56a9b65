// Tools for an agent that does an order of the fleet: its progress, and its hand-off to the next worker.
import { isoTime } from '../core/base/time.ts';
import { CoordError } from '../errors.ts';
import type { World } from '../operations/sync/dependencies.ts';
import { said } from '../operations/sync/reply-words.ts';
import { sync } from '../operations/sync/sync.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { noteProgress } from '../system/runs/run-notes.ts';
import { progressPath } from '../system/runs/run-place.ts';
import type { Answer, ToolArgs } from './tool-answers.ts';

/** Always allowed: it says something of its own run, on this computer. */
export function progressAnswer(world: World, { what }: ToolArgs<'report_progress'>): Answer {
  const path = progressPath(world.env);
  if (path === null)
    throw new CoordError(
      'USAGE',
      'report_progress works only inside the run of an order',
      'send_message to "0" tells people; hand_off leaves a note for the next worker',
    );
  noteProgress(path, what, isoTime(world.clock.now().wallMs));
  return { text: 'noted; it is shown where people follow this order', structured: { noted: true } };
}

export async function handedOffAnswer(world: World, folder: FleetFolder, args: ToolArgs<'hand_off'>): Promise<Answer> {
  const feature = (await world.features()).find(({ handOff }) => handOff !== undefined);
  const written = await feature?.handOff?.(folder, { ...args, folder: process.cwd() });
  if (written === undefined) throw new CoordError('NOT_FOUND', 'this build of coord leaves no hand-offs', null);
  const { landed, trouble } = said(await sync(world, folder));
  const text = landed
    ? `handed off ${written.project}`
    : `recorded a hand-off of ${written.project}; not on the remote yet: ${trouble ?? 'it goes with a later sync'}`;
  const { project, order } = written;
  return { text, structured: { project, order, landed, trouble } };
}
