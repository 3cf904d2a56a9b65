// Keeps `.coord/alerts.json` (what there is to tell; only a sync writes it, under the cycle's lock) and `.coord/alerts-told.json` (who was
// told; only the process that tells writes it, under its own lock). What cannot be read counts as empty, so an alert is told twice rather
// than never. Loads little, because `coord status` reads it.
import type { Alert, ChannelTold } from '../../../core/model/messages/alert.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { ShownPart } from '../../../operations/feature.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { jsonIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

const FORM = 1;

export interface AlertsFile {
  readonly form: typeof FORM;
  readonly alerts: readonly Alert[];
  /** The last sync found no alerts.yaml. */
  readonly unlisted?: true;
}

export interface ToldFile {
  readonly form: typeof FORM;
  /** By the name of the channel. */
  readonly channels: Readonly<Record<string, ChannelTold>>;
  /** What of alerts.yaml is not obeyed, as the teller last read it. */
  readonly faults: readonly string[];
}

/** Null = there is none, or none that this version can read. */
export function readAlerts(folder: FleetFolder): AlertsFile | null {
  return read<AlertsFile>(folder.alerts, ({ alerts }) => Array.isArray(alerts) && alerts.every(isAlert));
}

export function readTold(folder: FleetFolder): ToldFile | null {
  return read<ToldFile>(folder.alertsTold, ({ channels, faults }) => {
    const told = isRecord(channels) && Object.values(channels).every((it) => isRecord(it) && isTold(it));
    return told && Array.isArray(faults) && faults.every((fault) => typeof fault === 'string');
  });
}

function isAlert(alert: unknown): boolean {
  if (!isRecord(alert)) return false;
  const words = [alert.id, alert.key, alert.subject, alert.kind, alert.what, alert.since, alert.ended ?? ''];
  return words.every((word) => typeof word === 'string');
}

function isTold({ since, alerts }: Record<string, unknown>): boolean {
  const isDelivery = (it: unknown) =>
    isRecord(it) && typeof it.state === 'string' && typeof it.nextMs === 'number' && Number.isFinite(it.nextMs);
  const isKnown = (it: unknown) => isRecord(it) && Object.values(it).every(isDelivery);
  return typeof since === 'string' && isRecord(alerts) && Object.values(alerts).every(isKnown);
}

export function writeAlerts(folder: FleetFolder, alerts: readonly Alert[], isUnlisted = false): void {
  const file: AlertsFile = { form: FORM, ...(isUnlisted ? { unlisted: true } : {}), alerts };
  writeWhole(folder.alerts, `${JSON.stringify(file, null, 1)}\n`);
}

export function writeTold(folder: FleetFolder, told: Omit<ToldFile, 'form'>): void {
  writeWhole(folder.alertsTold, `${JSON.stringify({ form: FORM, ...told } satisfies ToldFile, null, 1)}\n`);
}

function read<T extends { readonly form: number }>(path: string, isWhole: (file: T) => boolean): T | null {
  const file = jsonIn(path) as T | null;
  return file !== null && file.form === FORM && isWhole(file) ? file : null;
}

/** For `coord status`: alerts that a channel did not take, and entries of alerts.yaml that are not obeyed. */
interface AlertTrouble {
  readonly waiting: readonly {
    readonly channel: string;
    /** Alerts that it was not told of, though it was tried. */
    readonly count: number;
    readonly givenUp: number;
    readonly error: string;
    /** ISO 8601 UTC; null = never again. */
    readonly next: string | null;
  }[];
  readonly faults: readonly string[];
}

export const alertsShown: ShownPart = {
  name: 'alerts',
  path: ({ alertsTold }) => alertsTold,
  read(folder) {
    const { waiting, faults } = alertTrouble(folder);
    const undelivered = waiting.map(
      ({ channel, count, error }) => `alerts: ${count} not delivered to ${channel}: ${error}; coord alerts list`,
    );
    return { value: { waiting, faults }, lines: [...faults.map((fault) => `alerts: ${fault}`), ...undelivered] };
  },
};

export function alertTrouble(folder: FleetFolder): AlertTrouble {
  const told = readTold(folder);
  if (told === null) return { waiting: [], faults: [] };
  const alerts = readAlerts(folder)?.alerts ?? [];
  const waiting = Object.entries(told.channels).flatMap(([channel, { alerts: known }]) => {
    const bad = alerts.flatMap(({ id, ended }) => {
      const delivery = known[id]?.[ended === null ? 'began' : 'ended'];
      return delivery === undefined || delivery.state === 'told' || delivery.error === null ? [] : [delivery];
    });
    const waits = bad.filter(({ state }) => state === 'waits');
    const last = bad.at(-1);
    if (last === undefined) return [];
    const next = waits.length === 0 ? null : new Date(Math.min(...waits.map(({ nextMs }) => nextMs))).toISOString();
    return [{ channel, count: bad.length, givenUp: bad.length - waits.length, error: last.error ?? '', next }];
  });
  return { waiting, faults: told.faults };
}
