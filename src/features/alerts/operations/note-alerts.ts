// Records at the end of a sync which alerts began and ended, and starts a process that delivers them. The sync waits for nobody, and no
// failure here is the sync's: the next sync finds what is still to be told.
import { existsSync, rmSync } from 'node:fs';
import type { Need } from '../../../core/model/messages/alert.ts';
import { haltsOf } from '../../../core/status/halt-words.ts';
import { serviceWhy } from '../../../core/status/needs-machines.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { doubtOf, type View } from '../../../operations/sync/view.ts';
import { lookAtLock } from '../../../system/files/lock.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { servicesHere } from '../../services/system/services-here.ts';
import type { AlertSettings } from '../documents/alert-channels.ts';
import { isDue, needsIn, owedTo, withNeeds } from '../rules/alerts.ts';
import { type AlertsFile, readAlerts, readTold, type ToldFile, writeAlerts } from './alert-files.ts';
import { readChannels } from './channels.ts';

interface Seen {
  /** False: the ledger was not seen, and the view says of it what an earlier one said. */
  readonly isFresh: boolean;
  readonly types: ReadonlyMap<string, string>;
}

export function noteAlerts(world: World, folder: FleetFolder, view: View, seen: Seen): void {
  try {
    const settings = readChannels(world.home);
    const file = readAlerts(folder);
    if (settings === null || settings.isEmpty === true) {
      forget(folder, file);
      return;
    }
    const before = file?.alerts ?? [];
    const shown = needsIn(view, (order) => seen.types.get(order)).filter((need) => !isOwnService(need, view));
    const needs = [...shown, ...urgentNeeds(view), ...ownNeeds(view), ...serviceNeedsHere(folder, view)];
    const { wallMs } = world.clock.now();
    const now = { wallMs, isOwnOnly: !seen.isFresh, newId: () => world.random.uuid() };
    const alerts = withNeeds(before, needs, { ...now, isDoubted: (machine) => doubtOf(view, machine) !== null });
    if (alerts !== before || file?.unlisted === true) writeAlerts(folder, alerts);
    world.step('alerts-noted');
    // One that is at work already finds by itself what it has not looked at; what is new just now it may have missed.
    if (alerts === before && lookAtLock(folder.alertsLock).kind === 'held') return;
    const told = readTold(folder);
    const isNews = settings.faults.join('\n') !== (told?.faults ?? []).join('\n') || hasUnlisted(settings, told);
    const isOwed = settings.channels.some((channel) =>
      owedTo(channel, told?.channels[channel.name], alerts).some((owed) => isDue(owed, wallMs)),
    );
    if (isNews || isOwed) world.startTeller(folder);
  } catch {
    // A disk that is full, a file that may not be read: `coord doctor` says so. The sync has done its work.
  }
}

/** A channel was taken out of alerts.yaml: what it did not take is no trouble any more. */
function hasUnlisted({ channels, faults }: AlertSettings, told: ToldFile | null): boolean {
  return faults.length === 0 && Object.keys(told?.channels ?? {}).some((known) => !channels.some(({ name }) => name === known));
}

/**
 * Nobody is to be told any more: what waits for them is no trouble. An editor that saves takes the file away for a moment, so it is a
 * second sync that finds none that forgets.
 */
function forget(folder: FleetFolder, file: AlertsFile | null): void {
  const paths = [folder.alerts, folder.alertsTold];
  if (file?.unlisted !== true && paths.some((path) => existsSync(path))) writeAlerts(folder, file?.alerts ?? [], true);
  else for (const path of paths) rmSync(path, { force: true });
}

/** Of people: that of a machine is its emergency. */
function urgentNeeds({ self }: View): Need[] {
  return self.urgent.flatMap(({ from, name, what }): Need[] => {
    const subject = `urgent ${what}`;
    return from === 0 ? [{ key: subject, subject, kind: 'message', machine: 0, name, what: `${what}; coord inbox` }] : [];
  });
}

function isOwnService({ kind, machine }: Need, { self }: View): boolean {
  return kind === 'program' && machine === self.machine;
}

/** Those of this machine are known without the ledger. */
function serviceNeedsHere(folder: FleetFolder, { self: { machine, name } }: View): Need[] {
  return servicesHere(folder)
    .filter(({ givenUp }) => givenUp)
    .map((service): Need => {
      const subject = `program ${machine} ${service.name}`;
      const what = serviceWhy(service.name, service.detail, name);
      return { key: `${subject} ${service.since}`, subject, kind: 'program', machine, name, what, isOwn: true };
    });
}

/** What halts this machine: nothing in the ledger says it. */
function ownNeeds({ self, sync }: View): Need[] {
  const { machine, name } = self;
  const own = (why: string, what: string): Need => {
    const subject = `own ${why}`;
    return { key: subject, subject, kind: 'machine', machine, name, what, isOwn: true };
  };
  return haltsOf({ self, sync }).map(({ why, sentence, hint }) => own(why, `${sentence}: ${hint}`));
}
