// The fields of COMPUTER_<N>.md that are about the hub of a machine (G1, G3): `guest_kitchen`, `hub`. A line of another form is carried along (D3).
import type { MachineDocument, Scalar } from '../../../core/model/machines/machine.ts';
import type { MachineFields } from '../../../documents/document.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import type { FlatFields } from '../../../documents/yaml/flat-fields.ts';
import { isBrokerAddress } from '../../bell/documents/bell-document.ts';
import type { SaidGuest } from '../rules/hub-says.ts';

type HubWords = Pick<MachineDocument, 'guests' | 'hub'>;

const GUEST = /^guest_([a-z][a-z0-9_-]{0,63})$/;
const LINE = /^since (\S{20,30}) · (.{1,400})$/u;

export const hubFields: MachineFields = { read, written };

function read(fields: FlatFields, data: object): HubWords {
  const guests: Record<string, SaidGuest> = Object.create(null);
  for (const [key, value] of Object.entries(data)) {
    const id = GUEST.exec(key)?.[1];
    const said = id === undefined ? null : saidIn(value);
    if (id !== undefined && said !== null) guests[id] = fields.take(key, '', () => said, said);
  }
  const { hub } = data as { readonly hub?: unknown };
  const address = isBrokerAddress(hub) ? fields.take('hub', '', () => hub, hub) : null;
  return {
    ...(Object.keys(guests).length === 0 ? {} : { guests }),
    ...(address === null ? {} : { hub: address }),
  };
}

function written({ guests, hub }: HubWords): Record<string, Scalar> {
  const fields: Record<string, Scalar> = {};
  if (hub !== undefined) fields.hub = hub;
  for (const [id, { since, text }] of Object.entries(guests ?? {})) fields[`guest_${id}`] = `since ${since} · ${text}`;
  return fields;
}

function saidIn(value: unknown): SaidGuest | null {
  const [, since = '', text = ''] = (typeof value === 'string' && LINE.exec(value)) || [];
  return isIsoTime(since) ? { since, text } : null;
}
