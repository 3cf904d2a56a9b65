// coord bell

import type { Context } from '../../../cli/context.ts';
import { warnUnsaid } from '../../../cli/output/consequence.ts';
import { counted } from '../../../core/base/counted.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import { onlineWords } from '../operations/bell-shown.ts';
import { type BellState, readBellState } from '../operations/bell-state.ts';
import { type BellReport, bellOff, bellOn, keepLogin, rotateBell } from '../operations/change-bell.ts';
import { readBell } from '../system/bell-settings.ts';

/** To a broker. */
const WAYS = 'coord bell on <address>, or coord hub';

export async function show(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const { bell, fault } = readBell(folder);
  const state = bell === null ? null : readBellState(folder);
  const isWell = bell === null || state?.connectedSince != null;
  if (json) {
    const { address = null, keyId = null } = bell ?? {};
    context.out(visibleJson(JSON.stringify({ isOn: bell !== null, address, keyId, fault, state }, null, 2)));
    return isWell ? EXIT.done : EXIT.failed;
  }
  if (fault !== null) context.note(context.paint.yellow(visibleText(`! ${fault}`)));
  if (bell === null) context.out('this fleet has no bell: coord bell on <address>');
  else if (state === null)
    context.out(visibleText(`${bell.address ?? 'no broker yet'} · ${whyNoState(livingDaemon(folder) !== null)}`));
  else for (const line of stateLines(state)) context.out(visibleText(line));
  return isWell ? EXIT.done : EXIT.failed;
}

function whyNoState(hasDaemon: boolean): string {
  return hasDaemon
    ? 'the daemon has said nothing of it yet: coord daemon logs'
    : 'only a daemon is connected: coord daemon start';
}

function stateLines(state: BellState): readonly string[] {
  const { address, connectedSince, trouble, echoMs, isTold, counts } = state;
  const echoWords = echoMs === null ? 'no echo yet' : `echo in ${echoMs} ms`;
  const { rung, heard, looks, dropped } = counts;
  return [
    connectedSince === null
      ? (trouble ?? `not connected to ${address}`)
      : `connected to ${address} since ${connectedSince} · ${echoWords}`,
    ...(connectedSince === null ? [] : [onlineWords(state)]),
    isTold ? 'looks every 5 min while it is quiet, and at once when it is rung' : 'looks as often as without a bell',
    `rang ${counted(rung, 'time')}, was rung ${counted(heard, 'time')}, looked ${counted(looks, 'time')} for it, dropped ${counted(dropped, 'frame')}`,
    ...(connectedSince !== null && trouble !== null ? [`! ${trouble}`] : []),
  ];
}

export async function on(context: Context, address: string | undefined): Promise<number> {
  const folder = context.fleet();
  const report = await context.busy('syncing', bellOn(await context.world(), folder, address ?? null));
  const { bell, done } = report;
  const where = bell?.address ?? readBell(folder).bell?.address ?? `no broker yet: ${WAYS}`;
  return said(context, report, done === null ? `the bell is on already · ${where}` : `the bell is on · ${where}`);
}

export async function off(context: Context): Promise<number> {
  const report = await context.busy('syncing', bellOff(await context.world(), context.fleet()));
  return said(context, report, report.done === null ? 'this fleet has no bell' : 'the bell is off');
}

export async function rotate(context: Context): Promise<number> {
  const report = await context.busy('syncing', rotateBell(await context.world(), context.fleet()));
  return said(context, report, `the bell has a new key, ${report.bell?.keyId ?? ''} · the old one is read for a day`);
}

export async function login(context: Context, given: string): Promise<number> {
  context.out(visibleText(`kept for ${keepLogin(await context.world(), given)}, on this computer alone`));
  return EXIT.done;
}

function said(context: Context, { done }: BellReport, words: string): number {
  context.out(visibleText(words));
  if (done !== null) warnUnsaid(context, done.sync);
  return EXIT.done;
}
