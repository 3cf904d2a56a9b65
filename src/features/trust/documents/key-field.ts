// The fields `key` and `invited` of COMPUTER_<N>.md: the public key of that machine (T1), and what proves that it was invited (T4).
import type { MachineDocument } from '../../../core/model/machines/machine.ts';
import type { MachineFields } from '../../../documents/document.ts';

const KEY = /^ssh-ed25519 [A-Za-z0-9+/]{60,80}={0,2}$/;
/** 64 bytes of ed25519. */
const PROOF = /^[A-Za-z0-9+/]{86}==$/;

export const keyField: MachineFields = {
  read(fields): Pick<MachineDocument, 'key' | 'invited'> {
    const fits = (form: RegExp) => (value: unknown) => (typeof value === 'string' && form.test(value) ? value : null);
    const key = fields.optional('key', 'a public key of kind ssh-ed25519', fits(KEY), '');
    const invited = fields.optional('invited', 'a signature of 64 bytes in base64', fits(PROOF), '');
    return { ...(key === '' ? {} : { key }), ...(invited === '' ? {} : { invited }) };
  },
  written: ({ key, invited }) => ({ ...(key === undefined ? {} : { key }), ...(invited === undefined ? {} : { invited }) }),
};
