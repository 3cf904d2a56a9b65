// Makes the request of a call that `coord __call` reads (O14), to the port where its local service listens now.
import type { Call } from '../../core/model/orders/call.ts';
import { because } from '../../core/orders/reason-words.ts';
import type { PlaceWork } from './placement.ts';

export const placeCall: PlaceWork<Call> = (_order, { method, path, headers, body, expect }, { services, caller }, name) => {
  const port = services.find((service) => service.name === name)?.port ?? null;
  if (name === null || port === null) return { blocked: because.noProgram(`program ${name} is no longer there`) };
  const call = { program: name, port, method, path, headers, body, expect };
  return { command: { kind: 'argv', argv: caller }, request: { call }, isRequest: true };
};
