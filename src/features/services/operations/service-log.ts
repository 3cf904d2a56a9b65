// Prints the log of a service for `coord instance logs`, and with `follow` what comes later, also after the log was cut.
import { closeSync, existsSync, fstatSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../../errors.ts';
import { openToRead } from '../../../system/files/open-file.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { serviceLogPath } from '../system/service-files.ts';
import { mustBeKnown } from './instance-list.ts';

const POLL_MS = 300;
const CHUNK_BYTES = 64 * 1024;

/** With `follow` it does not end by itself. Throws NOT_FOUND where there is no such program, or it has no log yet. */
export async function followServiceLog(
  folder: FleetFolder,
  name: string,
  follow: boolean,
  write: (text: string) => void,
): Promise<void> {
  mustBeKnown(folder, [name]);
  const path = serviceLogPath(folder, name);
  if (!existsSync(path)) throw new CoordError('NOT_FOUND', `${name} has written nothing yet: ${path}`, 'coord instance list');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  const file = openToRead(path);
  try {
    for (let at = 0; ; ) {
      // It was cut, and begins anew.
      if (fstatSync(file).size < at) at = 0;
      for (let size = readSync(file, buffer, 0, CHUNK_BYTES, at); size > 0; ) {
        write(decoder.write(buffer.subarray(0, size)));
        at += size;
        size = readSync(file, buffer, 0, CHUNK_BYTES, at);
      }
      if (!follow) return;
      await delay(POLL_MS);
    }
  } finally {
    closeSync(file);
  }
}
