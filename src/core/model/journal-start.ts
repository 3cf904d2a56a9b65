// The journal of a machine that has just joined.
import type { JournalState } from './journal.ts';
import { EMPTY_MAIL } from './mail.ts';
import { NO_WAKES } from './waking.ts';

export function newJournal(machine: number, instance: string, before: readonly string[]): JournalState {
  return {
    version: 1,
    machine,
    instance,
    seq: 0,
    updated: '',
    beat: 0,
    pushed: [],
    accepted: null,
    tried: null,
    pushGapsMs: [],
    active: [],
    claims: [],
    deletionsRefused: {},
    dueSince: {},
    schedules: {},
    ended: [],
    movedRuns: [],
    older: [],
    unlisted: {},
    before,
    notes: '',
    observed: {},
    seen: {},
    checkpointAt: null,
    checkpointOf: null,
    board: null,
    boardRefused: null,
    refusedOn: {},
    sentEdits: null,
    lostEdits: [],
    mail: EMPTY_MAIL,
    handOffs: [],
    handed: {},
    leaving: null,
    pause: null,
    emergency: null,
    wakes: NO_WAKES,
    main: null,
    rewritten: null,
    duplicate: null,
  };
}
