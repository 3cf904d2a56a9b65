// T5: what is left of a machine's documents that nobody vouches for. What stays is named, not what goes: a field that is new, also one of a feature,
// counts for nothing until somebody writes it here. Pure.
import type { EndedRun, OlderRun, ResultsDocument, RunningRun } from '../orders/run.ts';
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

/** Which attempts run there and how they ended: that holds others back, so it is shown (T5.6). `why` stands in the place of all words. */
export function bareResults({ machine, running, claimed, ended, older, before }: ResultsDocument, why: string): ResultsDocument {
  return {
    ...{ machine, claimed, before },
    running: running.map(bareRunning),
    waiting: [],
    ended: ended.map((run) => ({ ...bareEnd(run), startedAt: run.startedAt, ...wordless(why) })),
    older: older.map((run) => ({
      ...bareEnd(run),
      ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
      ...wordless(why),
    })),
  };
}

const wordless = (why: string) => ({ reason: why, code: 'doubted', tail: '', outputs: {} }) as const;

function bareRunning({ order, generation, attempt, startedAt, attempts, leaseMs, work }: RunningRun): RunningRun {
  return {
    ...{ order, generation, attempt, startedAt },
    ...(attempts === undefined ? {} : { attempts }),
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(work === undefined ? {} : { work }),
  };
}

/** `asks`: that it was not tried again, it holds back by. */
function bareEnd({ order, generation, attempt, state, exitCode, finishedAt, work, asks }: EndedRun | OlderRun) {
  return {
    ...{ order, generation, attempt, state, exitCode, finishedAt },
    ...(work === undefined ? {} : { work }),
    ...(asks === undefined ? {} : { asks }),
  };
}
