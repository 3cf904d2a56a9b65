// The journal and the outbox of a simulated computer, on its disk: each write to them is a scheduling point.
import type { Intention } from '../../src/core/model/ledger/intention.ts';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { MailIntention } from '../../src/core/model/messages/mail.ts';
import type { Journal } from '../../src/ports.ts';
import type { Computer } from './computer.ts';

export function journalOf({ disk }: Pick<Computer, 'disk'>, gate: (what: string) => Promise<void>, onSave: () => void): Journal {
  return {
    // What a disk gives back is what JSON carries.
    load: async () => (disk.state === null ? null : (JSON.parse(JSON.stringify(disk.state)) as JournalState)),
    async save(state) {
      await gate('journal.save');
      disk.state = state;
      onSave();
    },
    intentions: async () => disk.outbox.filter((intention): intention is Intention => 'edit' in intention),
    mail: async () => disk.outbox.filter((intention): intention is MailIntention => 'kind' in intention),
    async record(...intentions) {
      for (const it of intentions) if (disk.outbox.every(({ id }) => id !== it.id)) disk.outbox.push(it);
    },
    async settle(...ids) {
      for (const settled of ids) {
        await gate('journal.settle');
        disk.outbox = disk.outbox.filter(({ id }) => id !== settled);
      }
    },
  };
}
