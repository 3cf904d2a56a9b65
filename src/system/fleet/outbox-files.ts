// The files of the outbox (D5.13): by name, coord tells its own from what others put there. One that is damaged is set aside: it is kept under
// another name, where a person finds it, and nobody reads it again.
import { closeSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { isClosed, openToRead } from '../files/open-file.ts';
import { namesIn } from '../files/read-if-there.ts';

const SET_ASIDE = '.damaged';

/** Sorts by the time of recording. */
export function outboxName(recordedAt: string, id: string): string {
  return `${recordedAt.replaceAll(/[^0-9TZ]/g, '')}-${id}.json`;
}

/** Null = no name of coord's. */
export function idIn(name: string): string | null {
  return /^[0-9TZ]+-([\w-]+)\.json$/.exec(name)?.[1] ?? null;
}

/** Whether coord gives such names. A file manager's `._x.json`, or a sync tool's second copy, has none. */
export function isOutboxName(name: string): boolean {
  return idIn(name) !== null;
}

/** Where that cannot be done it stays, and the next reader passes over it too. */
export function setAside(outbox: string, name: string): void {
  try {
    renameSync(join(outbox, name), join(outbox, `${name}${SET_ASIDE}`));
  } catch {
    // Another process was faster, or nothing may be written there.
  }
}

/** Those that this user may not read: another one recorded them. */
export function closedIn(outbox: string): readonly string[] {
  return namesIn(outbox).filter((name) => {
    if (!isOutboxName(name)) return false;
    try {
      closeSync(openToRead(join(outbox, name)));
      return false;
    } catch (error) {
      return isClosed(error);
    }
  });
}

export function setAsideIn(outbox: string): readonly string[] {
  return namesIn(outbox)
    .filter((name) => name.endsWith(SET_ASIDE))
    .sort();
}
