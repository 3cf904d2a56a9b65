// The fields of COMPUTER_<N>.md that are about waking (W1, W3, W4): `wake`, `networks`, `wakes_3`, `woke_3`. What is not of their
// form is a fault: it would become a packet on somebody's network.
import type { MachineDocument, Scalar } from '../../../core/model/machines/machine.ts';
import type { MachineFields } from '../../../documents/document.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';
import type { FlatFields } from '../../../documents/yaml/flat-fields.ts';

type WakeWords = Pick<MachineDocument, 'wake' | 'wakes' | 'woke'>;

/** Of a machine; more are left out where they are made (networks.ts). */
export const WAKE_LIST_MAX = 8;
/** No address that means many machines. */
const ADDRESS = /^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/;
const MARK = /^n[0-9a-f]{4}(?:\.[0-9a-f]{4})?$/;
const TARGET = /^(wakes|woke)_([1-9][0-9]{0,3})$/;

export const wakeFields: MachineFields = { read: readWake, written };

function readWake(fields: FlatFields, data: object): WakeWords {
  const addresses = fields.optional('wake', 'hardware addresses such as 02:00:5e:10:00:01', listOf(ADDRESS), []);
  const networks = fields.optional('networks', 'marks such as n3fa2.91bc', listOf(MARK), []);
  const words: { wakes: Record<number, string>; woke: Record<number, string> } = { wakes: {}, woke: {} };
  for (const key of Object.keys(data)) {
    const [, word, target] = TARGET.exec(key) ?? [];
    if (word === undefined) continue;
    words[word as 'wakes' | 'woke'][Number(target)] = fields.take(key, 'a time in UTC', timeOf, '');
  }
  return {
    ...(addresses.length + networks.length === 0 ? {} : { wake: { addresses, networks } }),
    ...(Object.keys(words.wakes).length === 0 ? {} : { wakes: words.wakes }),
    ...(Object.keys(words.woke).length === 0 ? {} : { woke: words.woke }),
  };
}

function written({ wake, wakes, woke }: WakeWords): Record<string, Scalar> {
  const fields: Record<string, Scalar> = {};
  if (wake !== undefined && wake.addresses.length > 0) fields.wake = wake.addresses.join(', ');
  if (wake !== undefined && wake.networks.length > 0) fields.networks = wake.networks.join(', ');
  for (const [target, time] of Object.entries(wakes ?? {})) fields[`wakes_${target}`] = time;
  for (const [target, time] of Object.entries(woke ?? {})) fields[`woke_${target}`] = time;
  return fields;
}

function listOf(form: RegExp): (value: unknown) => readonly string[] | null {
  return (value) => {
    if (typeof value !== 'string') return null;
    const words = value.split(',').map((word) => word.trim());
    return words.length <= WAKE_LIST_MAX && words.every((word) => form.test(word)) ? words : null;
  };
}

function timeOf(value: unknown): string | null {
  return isIsoTime(value) ? value : null;
}
