// Requests to local services as a kind of work (O14): a machine without the service never takes one. Pure.
import { machinesIn } from '../base/counted.ts';
import { machineLabel } from '../model/machines/machines.ts';
import type { Call } from '../model/orders/call.ts';
import { because } from './reason-words.ts';
import { chooseService, mayAnswer, serves, servicePhrase } from './service-choice.ts';
import type { WorkKindRules } from './work-kind.ts';

export const callKind: WorkKindRules<Call> = {
  can: 'send requests to the programs of .coord/instances.yaml',
  variables: 'none',
  serves: ({ to }, document) => serves(document, to),
  noneServes(_order, { to }, { fit, machines, isAllowed }) {
    if (!isAllowed) return null;
    const [first, second] = fit;
    const where = first !== undefined && second === undefined ? machineLabel(first, machines) : `one of ${machinesIn(fit)}`;
    return because.noProgram(
      `no program ${servicePhrase(to)}; on ${where}: name it in .coord/instances.yaml, then run coord daemon`,
    );
  },
  assignedBy: (_order, { to }) => JSON.stringify(to),
  couldBegin: ({ to }, document) => mayAnswer(document, to),
  choose: chooseService,
};
