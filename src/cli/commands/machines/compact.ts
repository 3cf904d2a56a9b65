// coord compact
import { resolve } from 'node:path';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { minuteTime } from '../../../core/base/time.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { formatMegabytes, parseSize } from '../../../documents/text/size.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type CompactReport, compact } from '../../../operations/history/compact.ts';
import type { Context } from '../../context.ts';
import { warnUnsent } from '../../output/consequence.ts';

interface Options {
  readonly keep?: string;
  readonly atLeast?: string;
  readonly now?: boolean;
  readonly bundle?: string;
  readonly archive?: string;
  readonly cancel?: boolean;
  readonly json?: boolean;
}

/** In a clone of a person, afterwards. */
const IN_CLONES = 'in each clone of this repo, once: git pull --rebase';

const DAY_MS = 86_400_000;

export async function run(context: Context, { keep, atLeast, now, bundle, archive, cancel, json }: Options): Promise<number> {
  if (bundle !== undefined && atLeast !== undefined)
    throw new CoordError(
      'USAGE',
      '--bundle cannot go with --at-least: it names one file, and each time needs another',
      'coord compact --at-least 50MB',
    );
  const world = await context.world();
  const report = await context.busy(
    'looking at the history',
    compact(world, context.fleet(), {
      ...{ keepMs: keep === undefined ? null : keptMs(keep), isNow: now === true, isCancelled: cancel === true },
      atLeastBytes: atLeast === undefined ? null : sizeOf(atLeast),
      bundle: bundle === undefined ? null : resolve(world.cwd, bundle),
      archive: archive === undefined ? null : await world.remotes.parse(archive),
    }),
  );
  if (json === true) context.out(visibleJson(JSON.stringify(asJson(report), null, 2)));
  else for (const line of compactLines(report, archive, bundle)) context.out(visibleText(line));
  if ((report.kind === 'announced' || report.kind === 'cancelled') && report.done !== null) warnUnsent(context, report.done);
  return EXIT.done;
}

function keptMs(keep: string): number {
  const ms = parseDuration(keep);
  if (ms !== null && ms >= DAY_MS) return ms;
  throw new CoordError(
    'USAGE',
    `--keep: expected a day or more, such as 90d, found ${JSON.stringify(keep)}`,
    'coord compact --keep 90d',
  );
}

function sizeOf(atLeast: string): number {
  const bytes = parseSize(atLeast);
  if (bytes !== null) return bytes;
  const found = `--at-least: expected a size such as 50MB, found ${JSON.stringify(atLeast)}`;
  throw new CoordError('USAGE', found, 'coord compact --keep 90d --at-least 50MB');
}

function asJson(report: CompactReport): object {
  if (report.kind === 'cancelled') return { kind: report.kind, was: report.was, landed: report.done?.landed ?? true };
  if (report.kind !== 'announced') return report;
  const { kind, at, before, done } = report;
  return { kind, at, before, isNew: done !== null, landed: done === null || done.landed };
}

/** Where the old history goes is no part of the announcement: it is named again by what carries it out. */
export function compactLines(report: CompactReport, archive: string | undefined, bundle: string | undefined): readonly string[] {
  const kept = [
    ...(bundle === undefined ? [] : ['--bundle', shellWord(bundle)]),
    ...(archive === undefined ? [] : ['--archive <url>']),
  ];
  const again = ['coord compact', ...kept].join(' ');
  const now = ['coord compact --now', ...kept].join(' ');
  switch (report.kind) {
    case 'nothing':
      return [nothingLine(report), ...heldLines(report.heldBy)];
    case 'waits': {
      const { machine, waitsFor, until } = report;
      return [
        `${waitsFor} has not said that it saw the announcement yet: it is waited for until ${minuteTime(until)}`,
        `  coord sync on it, or coord machines remove ${machine}, if it is gone for good`,
      ];
    }
    case 'cancelled':
      if (report.was === null) return ['nothing was announced'];
      return [report.done?.landed === false ? 'it is announced until this lands' : 'the history stays as it is'];
    case 'announced':
      return [
        `history before ${report.before.slice(0, 10)} is shortened from ${minuteTime(report.at)} on, by the next ${again}; the board says so`,
        `  at once, if every machine has seen that: ${now}`,
        `  to take it back: coord compact --cancel`,
      ];
    case 'was shortened':
      return [
        `the history was shortened already: what was before ${report.by.before.slice(0, 10)} is in ${report.by.bundle}${report.by.archive === undefined ? '' : `, and in ${report.by.archive}`}`,
        ...standsLines(report.stands),
        `  ${IN_CLONES}`,
      ];
    case 'shortened':
      return shortenedLines(report);
  }
}

function nothingLine({ keep, goesBytes }: Extract<CompactReport, { kind: 'nothing' }>): string {
  if (goesBytes === null) return `no history is older than ${keep}`;
  return `nothing to do yet: of history older than ${keep}, ${formatMegabytes(goesBytes)} would go`;
}

function heldLines(heldBy: readonly string[]): readonly string[] {
  return heldBy.map((what) => `  ${what} stays, with all that is newer, though some of it is older than that`);
}

function standsLines(stands: string | null): readonly string[] {
  return stands === null ? [] : [`  the announcement could not be taken off the board (${stands}): coord compact --cancel`];
}

function shortenedLines(report: Extract<CompactReport, { kind: 'shortened' }>): readonly string[] {
  const { branch, dropped, kept, before, bundle, archive, removed, heldBy, stands } = report;
  return [
    `shortened the history: ${counted(dropped, 'commit')} before ${before.slice(0, 10)} went, ${kept} stay`,
    `  the old history is in ${bundle}; to look at it: git clone --branch ${shellWord(branch)} ${shellWord(bundle)} old`,
    ...(archive === null ? [] : [`  and in ${archive.at}, as the branch ${archive.branch}`]),
    ...(removed.length === 0 ? [] : [`  removed, because that archive has the same: ${removed.join(', ')}`]),
    ...heldLines(heldBy),
    ...standsLines(stands),
    `  ${IN_CLONES}`,
  ];
}
