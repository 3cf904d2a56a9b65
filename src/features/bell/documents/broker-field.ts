// The field `hub` of COMPUTER_<N>.md: where that machine has a broker for the bell of its fleet (B3). A value of another form is carried along (D3).
import type { MachineFields } from '../../../documents/document.ts';
import { isBrokerAddress } from './bell-document.ts';

declare module '../../../core/model/machines/machine.ts' {
  interface MachineDocument {
    /** Written `hub: wss://pc.example.com:9999`. */
    readonly hub?: string;
  }
}

export const brokerField: MachineFields = {
  read(fields, data) {
    const { hub } = data as { readonly hub?: unknown };
    return isBrokerAddress(hub) ? { hub: fields.take('hub', '', () => hub, hub) } : {};
  },
  written: ({ hub }) => (hub === undefined ? {} : { hub }),
};
