// coord pause, coord resume
import { shellWord } from '../../../core/base/shell-word.ts';
import { pausedWords } from '../../../core/orders/pause.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { PAUSE_LENGTH, type PauseWish, pauseByFleet, pauseHere, pauseMsIn } from '../../../operations/machine/pause.ts';
import { nothingTaken, stillPaused } from '../../../operations/machine/pause-words.ts';
import type { Context } from '../../context.ts';
import { warnUnsaid, warnUnsent } from '../../output/consequence.ts';

interface Options {
  readonly fleet?: boolean;
  readonly for?: string;
  readonly note?: string;
}

export async function pause(context: Context, machine: string | null, options: Options): Promise<number> {
  if (machine !== null && /^[0-9.]+ ?[a-z]+$/i.test(machine) && parseDuration(machine) !== null)
    throw new CoordError(
      'USAGE',
      `expected a machine, found ${machine}, which is a length of time`,
      `coord pause --for ${shellWord(machine)}`,
    );
  const wish = { forMs: lengthOf(options.for), note: noteOf(options.note ?? '') };
  return (await isElsewhere(context, machine, options, wish)) ?? here(context, wish);
}

export async function resume(context: Context, machine: string | null, options: Options): Promise<number> {
  return (await isElsewhere(context, machine, options, null)) ?? here(context, null);
}

async function here(context: Context, wish: PauseWish | null): Promise<number> {
  const folder = context.fleet();
  const report = await context.busy('syncing', pauseHere(await context.world(), folder, wish));
  const { label, sync } = report;
  const self = sync.view?.self.machine;
  const shown = self === undefined ? undefined : sync.view?.machines[String(self)];
  if (wish === null) {
    context.out(nothingTaken(report) ?? `${label} runs again`);
    for (const words of stillPaused(report)) context.note(context.paint.yellow(`! ${words}`));
  } else {
    const words = shown?.state === 'PAUSED' ? pausedWords({ until: shown.pausedUntil ?? null }) : 'paused';
    const runs =
      sync.running.length === 0 ? '' : ` · ${sync.running.length} run${sync.running.length === 1 ? ' continues' : 's continue'}`;
    context.out(`${label} is ${words}: nothing new starts here${runs}`);
  }
  warnUnsaid(context, sync);
  return EXIT.done;
}

/** Null = this machine is meant. */
async function isElsewhere(
  context: Context,
  machine: string | null,
  options: Options,
  wish: PauseWish | null,
): Promise<number | null> {
  if (machine === null && !options.fleet) return null;
  if (machine !== null && options.fleet)
    throw new CoordError(
      'USAGE',
      'expected a machine or --fleet, which is all machines here; found both',
      `coord --fleet ${shellWord(machine)} ${wish === null ? 'resume' : 'pause'} means the fleet ${machine}`,
    );
  const report = await context.busy('syncing', pauseByFleet(await context.world(), context.fleet(), machine, wish));
  const { label } = report;
  const until = wish?.forMs == null ? '' : ` for ${options.for}`;
  if (wish !== null) context.out(visibleText(`paused ${label}${until}, in fleet.yaml · takes effect at its next sync`));
  else {
    const resumed = `resumed ${label} in fleet.yaml; it starts work again at its next sync`;
    context.out(visibleText(nothingTaken(report) ?? resumed));
    for (const words of stillPaused(report)) context.note(context.paint.yellow(`! ${words}`));
  }
  warnUnsent(context, report);
  return EXIT.done;
}

function lengthOf(word: string | undefined): number | null {
  if (word === undefined) return null;
  const ms = pauseMsIn(word);
  if (ms !== null) return ms;
  throw new CoordError('USAGE', `--for: expected ${PAUSE_LENGTH}, found ${JSON.stringify(word)}`, 'coord pause --help');
}

function noteOf(words: string): string {
  const note = words.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (note.length <= 200) return note;
  throw new CoordError('USAGE', `--note: expected 200 characters at most, found ${note.length}`, 'coord pause --help');
}
