// The fields `guest_<id>` of COMPUTER_<N>.md: what guests of that machine reported last (G1). A line of another form is carried along (D3).
import type { MachineDocument, Scalar } from '../../../core/model/machines/machine.ts';
import type { MachineFields } from '../../../documents/document.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import type { FlatFields } from '../../../documents/yaml/flat-fields.ts';
import type { SaidGuest } from '../rules/hub-says.ts';

type GuestWords = Pick<MachineDocument, 'guests'>;

const GUEST = /^guest_([a-z][a-z0-9_-]{0,63})$/;
const LINE = /^since (\S{20,30}) · (.{1,400})$/u;

export const guestFields: MachineFields = { read, written };

function read(fields: FlatFields, data: object): GuestWords {
  const guests: Record<string, SaidGuest> = Object.create(null);
  for (const [key, value] of Object.entries(data)) {
    const id = GUEST.exec(key)?.[1];
    const said = id === undefined ? null : saidIn(value);
    if (id !== undefined && said !== null) guests[id] = fields.take(key, '', () => said, said);
  }
  return Object.keys(guests).length === 0 ? {} : { guests };
}

function written({ guests }: GuestWords): Record<string, Scalar> {
  const fields: Record<string, Scalar> = {};
  for (const [id, { since, text }] of Object.entries(guests ?? {})) fields[`guest_${id}`] = `since ${since} · ${text}`;
  return fields;
}

function saidIn(value: unknown): SaidGuest | null {
  const [, since = '', text = ''] = (typeof value === 'string' && LINE.exec(value)) || [];
  return isIsoTime(since) ? { since, text } : null;
}
