// The field `key` of COMPUTER_<N>.md: the public key of that machine (T1).
import type { MachineDocument } from '../../../core/model/machines/machine.ts';
import type { MachineFields } from '../../../documents/document.ts';

const KEY = /^ssh-ed25519 [A-Za-z0-9+/]{60,80}={0,2}$/;

export const keyField: MachineFields = {
  read(fields): Pick<MachineDocument, 'key'> {
    const keyOf = (value: unknown) => (typeof value === 'string' && KEY.test(value) ? value : null);
    const key = fields.optional('key', 'a public key of kind ssh-ed25519', keyOf, '');
    return key === '' ? {} : { key };
  },
  written: ({ key }) => (key === undefined ? {} : { key }),
};
