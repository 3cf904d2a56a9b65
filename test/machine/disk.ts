// The disk of a machine in memory: its journal and its outbox.
import type { Intention } from '../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { MailIntention } from '../../src/core/model/messages/mail.ts';
import type { Journal } from '../../src/ports.ts';

export interface Disk {
  state: JournalState | null;
  outbox: (Intention | MailIntention)[];
  write(state: JournalState): void;
}

/** As files would hold it: nothing that JSON cannot carry survives. Most states are replaced before anybody reads them. */
export function createDisk(): Disk {
  let written: string | null = null;
  let state: JournalState | null = null;
  return {
    outbox: [],
    get state() {
      if (written !== null) state = JSON.parse(written) as JournalState;
      written = null;
      return state;
    },
    set state(given) {
      written = null;
      state = given;
    },
    write(given) {
      written = JSON.stringify(given);
    },
  };
}

export function createJournal(disk: Disk, saved: () => void): Journal {
  return {
    load: async () => disk.state,
    async save(state) {
      saved();
      disk.write(state);
    },
    intentions: async () => disk.outbox.filter((intention): intention is Intention => 'edit' in intention),
    mail: async () => disk.outbox.filter((intention): intention is MailIntention => 'kind' in intention),
    async record(...intentions) {
      for (const intention of intentions) if (disk.outbox.every(({ id }) => id !== intention.id)) disk.outbox.push(intention);
    },
    async settle(...ids) {
      disk.outbox = disk.outbox.filter(({ id }) => !ids.includes(id));
    },
  };
}
