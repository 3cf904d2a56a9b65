// What a write honestly leads to, from what this machine last saw: who has to do it, when it was heard of, when it looks again.

import { shellWord } from '../../core/base/shell-word.ts';
import { parseTime } from '../../core/base/time.ts';
import { assignWords, type StatusMachine } from '../../core/model/status/status.ts';
import { nextLookMs } from '../../core/presence/pacing.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { visibleJson, visibleText } from '../../documents/text/escape-text.ts';
import { listedMachines, meantMachine } from '../../operations/machine/machine-named.ts';
import type { EditReport } from '../../operations/orders/edit-orders.ts';
import { said, sentTo } from '../../operations/sync/reply-words.ts';
import { haltOf, mustBeSynced, type SyncReport } from '../../operations/sync/sync.ts';
import type { View } from '../../operations/sync/view.ts';
import type { Context } from '../context.ts';
import { heard } from './show-machines.ts';
import { plainCell, roughly } from './table.ts';

/** `placed build for 2 pc · last heard of 40 s ago, heartbeat 60 s`. */
export function consequence(context: Context, view: View, id: string, verb: string): string {
  // The command stands at the end of a reason: it must not be cut off.
  return plainCell(consequenceOf(context, view, id, verb), 600);
}

function consequenceOf(context: Context, view: View, id: string, verb: string): string {
  const order = view.orders[id];
  if (order === undefined) return `${verb} ${id}`;
  const known = order.reason !== undefined && order.state === 'BLOCKED' ? ` · BLOCKED: ${order.reason}` : '';
  const meant = assignWords(order.assign);
  // Of several machines none is told of before one of them has it.
  const target = order.machine ?? (meant.length === 1 ? Number(meant[0]?.split(' ')[0]) : Number.NaN);
  const machine = view.machines[String(target)];
  if (machine === undefined || known !== '') return `${verb} ${id} for ${order.assign}${known}`;
  const label = `${target} ${machine.name}`;
  if (target === view.self.machine) return `${verb} ${id} for ${label} (this machine): ${order.state}`;
  const nowMs = context.nowMs();
  const offline = machine.state === 'OFFLINE' ? 'OFFLINE, ' : '';
  return `${verb} ${id} for ${label} · ${offline}last heard of ${heard(target, machine, view, nowMs)} · ${looksWords(view, target, nowMs)}`;
}

export interface AsJson {
  readonly json?: boolean;
}

/** For scripts: whether main shows the edit, and what is known of the order now; null = it is not listed. Of a command for several a list. */
export function editJson({ view, landed }: EditReport, of: string | readonly { readonly id: string }[]): string {
  const one = (id: string) => ({ id, landed, order: view.orders[id] ?? null });
  return visibleJson(JSON.stringify(typeof of === 'string' ? one(of) : of.map(({ id }) => one(id)), null, 2));
}

/** Only of one that something syncs by itself is it known when it looks again: others have neither daemon nor cron, as far as anybody can tell. */
function looksWords(view: View, target: number, nowMs: number): string {
  const machine = view.machines[String(target)];
  const everyMs = parseDuration(machine?.heartbeat ?? '');
  const heardMs = parseTime(view.sync.lastHeard[String(target)] ?? machine?.lastSeen ?? '');
  const isRegular = machine !== undefined && machine.back !== true && view.sync.regular?.includes(target) === true;
  const comes = isRegular && machine.state !== 'OFFLINE' && everyMs !== null && nowMs - heardMs <= everyMs;
  return comes ? `checks again within ${roughly(looksWithinMs(view, machine, everyMs, nowMs))}` : 'it sees this at its next sync';
}

/** H3: the latest that a live machine looks at the remote again, as its pace follows from what everybody can read. From cron it comes once a heartbeat. */
function looksWithinMs({ updated }: View, { runs }: StatusMachine, heartbeatMs: number, nowMs: number): number {
  const quietMs = Math.max(0, nowMs - Date.parse(updated));
  return Math.max(heartbeatMs, nextLookMs({ isBusy: runs.length > 0, quietMs }, 1));
}

/** `assign`: as it was given. A name that no machine has yet may be one that joins later: the order waits for it. */
export function warnUnknownMachine(context: Context, view: View, id: string, assign: unknown): void {
  const known = listedMachines(view.machines);
  const words = [assign]
    .flat()
    .filter((word) => typeof word === 'string' || typeof word === 'number')
    .map(String);
  const names = new Set(['any', 'all', ...known.map(({ name }) => name.toLowerCase())]);
  for (const word of words) {
    const meant = /^[0-9]+$/.test(word) || names.has(word.trim().toLowerCase()) ? null : meantMachine(word, known);
    if (meant === null) continue;
    const instead = words.map((other) => (other === word ? meant : other)).join(',');
    const change = `coord order set ${shellWord(id)} --for ${shellWord(instead)}`;
    context.note(context.paint.yellow(visibleText(`! no machine ${word}; did you mean ${meant}? ${change}`)));
    return;
  }
}

/** What a machine says of itself is recorded, though the remote is away: a warning. Throws where this folder may not speak for the machine. */
export function warnUnsaid(context: Context, sync: SyncReport): void {
  if (sync.trouble === null || haltOf(sync) !== null) mustBeSynced(sync);
  else warnWaiting(context, sync, sync.trouble.message);
}

/** `why`: what keeps it here. While the machine has halted, no sync sends it. */
export function warnWaiting(context: Context, report: Pick<SyncReport, 'view'>, why: string, sends = 'the next sync pushes it') {
  const words =
    haltOf(report) === null
      ? `! saved here, not pushed yet (${why}); ${sends}`
      : `! saved here; it waits while this machine has halted: ${why}`;
  context.note(context.paint.yellow(visibleText(words)));
}

/** A recording command that could not reach the remote, or sign, has still recorded: exit 0, with this warning. */
export function warnUnsent(context: Context, report: EditReport): void {
  for (const line of report.unsigned) context.note(context.paint.yellow(`! ${visibleText(line)}`));
  if (report.landed) return;
  const { waitsFor } = report;
  if (said({ view: report.view, trouble: report.sync.trouble }).landed && waitsFor?.kind === 'fix') {
    context.note(context.paint.yellow(`! saved here, and waits for a person to fix ${waitsFor.what}`));
    return;
  }
  const sends = waitsFor === null ? undefined : 'a later sync looks again';
  warnWaiting(context, report, sentTo(report).trouble ?? 'main refused it', sends);
}
