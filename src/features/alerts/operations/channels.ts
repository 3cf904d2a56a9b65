// Reads alerts.yaml in coord's home: who on this computer is told. It never lies in a repo, so a repo cannot make a machine call somebody.
import { join } from 'node:path';
import { errorCode } from '../../../errors.ts';
import { readText } from '../../../system/files/read-if-there.ts';
import { type AlertSettings, parseAlerts } from '../documents/alert-channels.ts';

export function alertsPath(home: string): string {
  return join(home, 'alerts.yaml');
}

/** Null = there is no such file, and nobody is told of anything. */
export function readChannels(home: string): AlertSettings | null {
  const path = alertsPath(home);
  try {
    return parseAlerts(readText(path), path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === '') throw error;
    return { channels: [], faults: [`${path} cannot be read (${code})`] };
  }
}
