// Every kind of needs-you, in the order in which the board, STATUS.json, `coord status` and alerts have them: the one list.
import type { NeedCode } from '../model/status/status.ts';
import { emergencyNeed, messageNeed, pauseNeed, serviceNeed } from './needs-machines.ts';
import { documentNeed, offlineNeed, orderNeed } from './needs-orders.ts';
import type { NeedKind } from './needs-you-entry.ts';

export const NEED_KINDS: readonly NeedKind[] = [
  emergencyNeed,
  serviceNeed,
  documentNeed,
  orderNeed,
  offlineNeed,
  messageNeed,
  pauseNeed,
];

/** Undefined = a code of a newer version. */
export function needKind(code: NeedCode): NeedKind | undefined {
  return NEED_KINDS.find((kind) => kind.code === code);
}
