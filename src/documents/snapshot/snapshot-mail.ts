// Reads the message logs of a snapshot: machines' as D2 says, people's from main. A log that cannot be read is a fault and removes nothing
// (D4).
import type { Files, MachineView } from '../../core/model/ledger/snapshot.ts';
import type { MailView, Message, PeopleEntry, Reader } from '../../core/model/messages/message.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentReader } from '../document.ts';
import { messageLog } from '../messages/message-log.ts';
import { peopleLog } from '../messages/people-log.ts';
import { messagesOf } from '../paths.ts';

export function mailOf(
  machines: ReadonlyMap<number, Pick<MachineView, 'files'>>,
  mainFiles: Files,
  reader: DocumentReader,
  faults: Fault[],
): MailView {
  const people = new Map<Reader, readonly PeopleEntry[]>();
  const unreadable = new Set<Reader>();
  for (const [path, id] of mainFiles) {
    const log = messagesOf(path);
    if (log === null || log.from !== 0) continue;
    const { value, faults: found } = reader.read(peopleLog, path, id);
    faults.push(...found);
    if (value === null) unreadable.add(log.to);
    else people.set(log.to, value);
  }
  const byMachine = new Map<number, ReadonlyMap<Reader, readonly Message[]>>();
  for (const [machine, { files }] of machines) {
    const logs = new Map<Reader, readonly Message[]>();
    for (const [path, id] of files) {
      const log = messagesOf(path);
      if (log === null) continue;
      const { value, faults: found } = reader.read(messageLog, path, id);
      faults.push(...found);
      if (value !== null) logs.set(log.to, value);
    }
    if (logs.size > 0) byMachine.set(machine, logs);
  }
  return { machines: byMachine, people, unreadable };
}
