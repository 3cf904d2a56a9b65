// Prints the daemon's log for `coord daemon logs`, and with `follow` what comes later, also after the log was begun anew.
import { closeSync, existsSync, fstatSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../errors.ts';
import { openToRead } from '../../system/files/open-file.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

const POLL_MS = 300;
const CHUNK_BYTES = 64 * 1024;

/** With `follow` it does not end by itself. Throws NOT_FOUND where there is no log. */
export async function followDaemonLog({ daemonLog }: FleetFolder, follow: boolean, write: (text: string) => void): Promise<void> {
  if (!existsSync(daemonLog)) throw new CoordError('NOT_FOUND', `there is no log yet: ${daemonLog}`, 'coord daemon start');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  let file = openToRead(daemonLog);
  try {
    for (;;) {
      // Asked before the rest is read, so that nothing of the old one is missed.
      const isOld = statSync(daemonLog, { throwIfNoEntry: false })?.ino !== fstatSync(file).ino;
      for (let size = readSync(file, buffer); size > 0; size = readSync(file, buffer))
        write(decoder.write(buffer.subarray(0, size)));
      if (!follow) return;
      if (isOld && existsSync(daemonLog)) {
        closeSync(file);
        file = openToRead(daemonLog);
      } else await delay(POLL_MS);
    }
  } finally {
    closeSync(file);
  }
}
