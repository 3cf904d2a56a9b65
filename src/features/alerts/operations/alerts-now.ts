// What `coord alerts list` shows: the channels, what there is to tell and who was told of it.
import type { Alert, AlertChannel, ChannelTold } from '../../../core/model/messages/alert.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readAlerts, readTold } from './alert-files.ts';
import { alertsPath, readChannels } from './channels.ts';

export interface AlertsNow {
  readonly path: string;
  readonly exists: boolean;
  readonly channels: readonly AlertChannel[];
  /** Those that stand, and those that were over lately. */
  readonly alerts: readonly Alert[];
  readonly told: Readonly<Record<string, ChannelTold>>;
  readonly faults: readonly string[];
}

export function alertsNow(home: string, folder: FleetFolder): AlertsNow {
  const settings = readChannels(home);
  return {
    path: alertsPath(home),
    exists: settings !== null,
    channels: settings?.channels ?? [],
    alerts: readAlerts(folder)?.alerts ?? [],
    told: readTold(folder)?.channels ?? {},
    faults: settings?.faults ?? [],
  };
}
