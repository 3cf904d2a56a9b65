// The journal on disk: one state file replaced whole, and one file an intention in the outbox, so that any process can record
// an intention without the cycle's lock. What is there when a call returns survives a crash and a power cut.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Intention } from '../core/model/ledger/intention.ts';
import type { JournalState } from '../core/model/ledger/journal.ts';
import { newJournal } from '../core/model/ledger/journal-start.ts';
import type { MailIntention } from '../core/model/messages/mail.ts';
import { isRecord } from '../documents/json/is-record.ts';
import { CoordError, errorCode, errorMessage } from '../errors.ts';
import type { Journal } from '../ports.ts';
import { createFolderDurably, writeDurably } from '../system/files/durable-file.ts';
import { isClosed } from '../system/files/open-file.ts';
import { readIfThere } from '../system/files/read-if-there.ts';
import { idIn, isOutboxName, outboxName, setAside } from '../system/fleet/outbox-files.ts';

/** A folder or a pipe in a file's place. */
const NO_FILE = new Set(['EISDIR', 'EINVAL']);

/** `step`: named points of a write, for tests that kill it there. */
export function createFileJournal(statePath: string, outboxFolder: string, step: (name: string) => void = () => {}): Journal {
  createFolderDurably(outboxFolder);
  const pathOf = (name: string) => join(outboxFolder, name);
  const outbox = (): (Intention | MailIntention)[] => {
    const names = readdirSync(outboxFolder).filter(isOutboxName).sort();
    return names.flatMap((name): (Intention | MailIntention)[] => {
      const found = readRecorded(outboxFolder, name);
      if (found === 'damaged') setAside(outboxFolder, name);
      // Null: another process has settled it since the folder was listed.
      return found === null || found === 'damaged' ? [] : [found];
    });
  };
  return {
    async load() {
      const state = readJson(statePath) as JournalState | null;
      if (state === null) return null;
      mustBeJournal(statePath, state);
      // One that an earlier version wrote lacks what came later.
      return { ...newJournal(state.machine, state.instance, state.before ?? []), ...state };
    },
    async save(state) {
      step('journal-begun');
      writeDurably(statePath, `${JSON.stringify(state, null, 1)}\n`, undefined, (part) => {
        if (part === 'flushed') step('journal-flushed');
        else step('journal-renamed');
      });
      step('journal-saved');
    },
    intentions: async () => outbox().filter((intention): intention is Intention => 'edit' in intention),
    mail: async () => outbox().filter((intention): intention is MailIntention => 'kind' in intention),
    async record(...intentions) {
      const there = new Set(readdirSync(outboxFolder).map(idIn));
      for (const intention of intentions) {
        if (there.has(intention.id)) continue;
        there.add(intention.id);
        const path = pathOf(outboxName(intention.recordedAt, intention.id));
        try {
          writeDurably(path, `${JSON.stringify(intention)}\n`);
        } catch (error) {
          // It may be there though its folder could not be flushed, and what was refused must not come later.
          rmSync(path, { force: true });
          throw error;
        }
      }
    },
    async settle(...ids) {
      if (ids.length === 0) return;
      const settled = new Set<string | null>(ids);
      for (const name of readdirSync(outboxFolder)) if (settled.has(idIn(name))) rmSync(pathOf(name), { force: true });
    },
  };
}

/** Null = there is none, or none that this user may read; `damaged`: it is nothing that coord wrote under that name. Throws where the disk does not give it. */
function readRecorded(folder: string, name: string): Intention | MailIntention | 'damaged' | null {
  let value: unknown;
  try {
    const text = readIfThere(join(folder, name));
    if (text === null) return null;
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || NO_FILE.has(errorCode(error))) return 'damaged';
    // What root recorded is sent once its owner may read it.
    if (isClosed(error)) return null;
    throw damaged(join(folder, name), `a file that can be read, ${errorMessage(error)}`, error);
  }
  const { id, recordedAt, ...rest } = (value ?? {}) as Partial<Intention>;
  if (typeof id !== 'string' || typeof recordedAt !== 'string' || outboxName(recordedAt, id) !== name) return 'damaged';
  return 'edit' in rest || 'kind' in rest ? (value as Intention | MailIntention) : 'damaged';
}

/** Null = there is none. */
function readJson(path: string): object | null {
  let value: unknown;
  try {
    const text = readIfThere(path);
    if (text === null) return null;
    value = JSON.parse(text);
  } catch (error) {
    const found = errorMessage(error);
    throw damaged(path, `JSON, ${found}`, error);
  }
  if (!isRecord(value)) throw damaged(path, 'an object, found something else');
  return value;
}

/** What else wrote it did not write this program's state: nothing may be said or started by what is not understood. */
function mustBeJournal(path: string, state: JournalState): void {
  for (const [key, model] of Object.entries(newJournal(0, '', []))) {
    const value: unknown = state[key as keyof JournalState];
    const isNeeded = key === 'machine' || key === 'instance';
    if (value === undefined ? !isNeeded : model === null || kindOf(value) === kindOf(model)) continue;
    throw damaged(path, `"${key}" to be a ${kindOf(model)}, found ${value === undefined ? 'nothing' : `a ${kindOf(value)}`}`);
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.includes(null) ? 'list with nothing in it' : 'list';
  return typeof value;
}

function damaged(path: string, expected: string, cause?: unknown): CoordError {
  return new CoordError('LOCAL_STATE', `${path} is damaged: expected ${expected}`, 'coord doctor', { cause });
}
