// R3a: the last main that a fetch showed, kept in the journal and so outside the clone. A main that does not lead on from it was rolled back,
// force-pushed, deleted, or belongs to another repo. The machine then halts until main is back or a person confirms. Otherwise a rollback would count
// as the removal of every order that it took away. Every cycle compares, also one that rests on an earlier fetch: the process that made that fetch may
// have died, or lost the connection, before it compared. A main whose history was shortened leads on where it holds what was seen (R3b).
import { isoTime } from '../../core/base/time.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { renderMessage } from '../../documents/machine/trailers.ts';
import { CoordError } from '../../errors.ts';
import type { PushedMain } from '../../ports.ts';
import type { Machine } from '../context.ts';

const ELSEWHERE = 'run coord doctor --fix on another machine, or push main from a clone that has it';

/** The main that a cycle rests on. */
interface FoundMain {
  /** Null = there is none. */
  readonly commit: string | null;
  /** A fetch of this cycle has shown it. */
  readonly isFetched: boolean;
  /** C4a: what that fetch showed, where the main in view is what this machine pushed onto it. */
  readonly mainBefore?: string | null | undefined;
}

/** C4a: what a fetch has to show before the main that this machine pushed is forgotten; undefined = nothing is awaited. */
export function awaitedMain({
  machine,
  pushed,
  pushedMain,
  pushedMainLane = '',
  rewritten,
}: Pick<JournalState, 'machine' | 'pushed' | 'pushedMain' | 'pushedMainLane' | 'rewritten'>): PushedMain | undefined {
  if (pushedMain === null || rewritten !== null) return undefined;
  return { commit: pushedMain, machine, later: pushed.slice(pushed.indexOf(pushedMainLane) + 1) };
}

/**
 * A main that comes back to where it was ends the halt. What this machine has only pushed is not held against the next fetch, because a mirror that
 * lags may still show an older main.
 */
export async function pinMain(
  machine: Pick<Machine, 'ledger' | 'clock'>,
  state: JournalState,
  { mainBefore, ...found }: FoundMain,
): Promise<JournalState> {
  const pinned = await compared(machine, state, { ...found, commit: mainBefore === undefined ? found.commit : mainBefore });
  // A main that is gone may have to be put back.
  const isShown = found.isFetched && mainBefore === undefined && found.commit !== null && pinned.rewritten === null;
  return isShown && pinned.pushedMain !== null ? { ...pinned, pushedMain: null } : pinned;
}

async function compared(
  machine: Pick<Machine, 'ledger' | 'clock'>,
  state: JournalState,
  { commit: found, isFetched }: FoundMain,
): Promise<JournalState> {
  const { main, rewritten } = state;
  if (!isFetched && found !== null && found === state.pushedMain) return state;
  if (found === main || main === null)
    return main === found && rewritten === null ? state : { ...state, main: found, rewritten: null };
  if (found !== null && (await leadsOn(machine.ledger, state, found))) return { ...state, main: found, rewritten: null };
  if (rewritten?.found === found) return state;
  return { ...state, rewritten: { found, since: isoTime(machine.clock.now().wallMs) } };
}

/** R3b: what this machine pushed itself may stand in a shortened history where what a fetch showed before it does not. */
async function leadsOn(
  ledger: Pick<Machine['ledger'], 'follows' | 'continues'>,
  { main, pushedMain }: JournalState,
  found: string,
): Promise<boolean> {
  if (main === null || (await ledger.follows(main, found)) || (await ledger.continues(main, found))) return true;
  if (pushedMain === null || !(await ledger.continues(pushedMain, found))) return false;
  return ledger.follows(main, pushedMain);
}

interface PutBack {
  readonly main: string;
  /** C5a: this machine had the newest part of its history alone. */
  readonly isPart: boolean;
}

/**
 * A person says to go on. A main that is gone is put back as this machine last saw or pushed it, with ORDERS.json and everything else that people
 * wrote. Any other main is accepted as it is. Throws a CoordError if main cannot be put back.
 */
export async function acceptOrRestoreMain(
  ledger: Pick<Machine['ledger'], 'restoreMain' | 'follows'>,
  state: JournalState,
): Promise<{ readonly state: JournalState; readonly putBack: PutBack | null }> {
  const { main: seen, pushedMain, rewritten } = state;
  if (rewritten === null) return { state, putBack: null };
  if (rewritten.found !== null || seen === null)
    return { state: { ...state, main: rewritten.found, pushedMain: null, rewritten: null }, putBack: null };
  const main = pushedMain !== null && (await ledger.follows(seen, pushedMain)) ? pushedMain : seen;
  const restored = await ledger.restoreMain(main, {
    message: renderMessage('main is put back with the newest part of its history', state),
    author: `coord machine ${state.machine}`,
  });
  const at = main.slice(0, 10);
  switch (restored.kind) {
    case 'accepted':
    case 'accepted in part':
      return { state: { ...state, rewritten: null }, putBack: { main, isPart: restored.kind !== 'accepted' } };
    case 'refused':
      throw new CoordError('REFUSED', `main was not put back at ${at}: ${restored.detail}`, 'coord sync');
    case 'missing':
      throw new CoordError('LOCAL_STATE', `this machine's clone does not hold ${at} any more; ${ELSEWHERE}`);
    case 'unknown':
      throw new CoordError('UNREACHABLE', `main was not put back at ${at}: ${restored.trouble.message}`, 'coord doctor --fix');
  }
}
