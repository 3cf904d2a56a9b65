// T5: what is left of a machine's document that nobody vouches for. What stays is named, not what goes: a field that is new, also one of a feature,
// counts for nothing until somebody writes it here. Pure.
import type { MachineDocument } from './machine.ts';

/** Who it is, how far it has counted, and what it is set to. */
export function bareDocument({ reads, form, ...said }: MachineDocument): MachineDocument {
  const { machine, name, id, instance, seq, beat, state, updated, heartbeatMs, removedBy, notes } = said;
  const { tags, tools, slots, load, allows, version } = said;
  return {
    ...{ machine, name, id, instance, seq, beat, state, updated, heartbeatMs, removedBy, notes },
    ...{ tags, tools, slots, load, allows, version },
    ...(reads === undefined ? {} : { reads }),
    ...(form === undefined ? {} : { form }),
    ...{ lost: {}, seen: {}, cursors: {}, peopleRead: 0, extra: {} },
  };
}

/** That, and what keeps work from it or with it: others go on as if it were so. */
export function heldDocument(document: MachineDocument): MachineDocument {
  const { paused, emergency, programs } = document;
  return {
    ...bareDocument(document),
    ...(paused === undefined ? {} : { paused }),
    ...(emergency === undefined ? {} : { emergency }),
    ...(programs === undefined ? {} : { programs }),
  };
}
