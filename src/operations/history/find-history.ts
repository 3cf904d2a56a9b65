// What stands before `coord compact` does anything: what fleet.yaml on main says of the history, how much of it is old enough, and what of that has to stay.
import { cameToMainMs } from '../../core/cycle/observe-announced.ts';
import type { HistoryShortener, ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { standingText, unreadWords } from '../../documents/document-text.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import type { HistorySettings } from '../../documents/fleet/history-settings.ts';
import { type Compaction, readCompaction } from '../../documents/machine/compaction-message.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Ledger } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { type Held, underLock } from '../sync/under-lock.ts';
import { lookAt } from './look-at.ts';
import { announcedBy, heldBy, mustBeCut, mustStay } from './may-shorten.ts';

/** What fleet.yaml on main says, and its text. */
export interface Said extends HistorySettings {
  readonly text: string;
  readonly id: string | null;
  /** The newest compaction, as far as the clone has the history. */
  readonly last: Compaction | null;
}

export interface Found extends Said {
  /** How much is to stay; null = nobody says. */
  readonly keepMs: number | null;
  /** By this machine's clock: when what stands in fleet.yaml for `keepMs` came to main; null = nothing is announced. */
  readonly announcedMs: number | null;
  /** What is old enough; null = nothing. */
  readonly older: Older | null;
}

interface Older {
  /** What would go; null = nobody asked for so much at least, or it is announced. */
  readonly bytes: number | null;
  /** What stays all the same, to people. */
  readonly heldBy: readonly string[];
  /** Throws REFUSED where it cannot be done. */
  mustBeCut(): void;
}

interface Asked {
  readonly keepMs: number | null;
  readonly atLeastBytes: number | null;
}

/** A standing word carries out what is announced as it was announced, whoever did. */
export function findHistory(world: World, folder: FleetFolder, asked: Asked): Promise<Found> {
  return underLock(world, folder, async (held) => {
    const { ledger } = held.opened;
    if ((await waitingEdits(held)).length > 0) {
      const what = `an edit of ${FLEET_PATH} waits here, not on the remote yet`;
      throw new CoordError('REFUSED', what, 'coord sync, or coord compact --cancel, which takes it back');
    }
    const snapshot = await snapshotOf(held);
    await ledger.fetchRest(true);
    const said = await saidBy(ledger, snapshot);
    const { keepHistoryMs, compactAt } = said;
    const isOthers = asked.atLeastBytes !== null && compactAt !== null;
    const keepMs = (isOthers ? keepHistoryMs : null) ?? asked.keepMs ?? keepHistoryMs;
    const isAnnounced = compactAt !== null && keepMs === keepHistoryMs;
    const announced = isAnnounced ? await announcedBy(ledger, { compactAt, keepMs }) : null;
    const nowMs = world.clock.now().wallMs;
    return {
      ...said,
      keepMs,
      announcedMs: isAnnounced ? cameToMainMs(held.state, { compactAt, keepMs }, announced?.at ?? null, nowMs) : null,
      older: await olderIn(held, snapshot, nowMs - (keepMs ?? 0), asked.atLeastBytes !== null && !isAnnounced),
    };
  });
}

async function olderIn({ opened, state }: Held, snapshot: Snapshot, beforeMs: number, isWeighed: boolean): Promise<Older | null> {
  const { ledger } = opened;
  const { board } = snapshot.fleet;
  const stays = await mustStay(ledger, snapshot, state);
  const keep = stays.map(({ commit }) => commit);
  const plan = await ledger.planShortening({ branch: board, beforeMs, keep });
  if (plan === null) return null;
  const bytesOf = (it: ShorteningPlan) => (it.dropped > 0 ? ledger.bytesToGo(board, it) : 0);
  return {
    bytes: isWeighed ? await bytesOf(plan) : null,
    heldBy: heldBy(stays, plan),
    mustBeCut: () => void mustBeCut(snapshot, stays, plan),
  };
}

/** What main says now. */
export function lookUp(world: World, folder: FleetFolder): Promise<Said> {
  return underLock(world, folder, async (held) => saidBy(held.opened.ledger, await snapshotOf(held)));
}

/** Takes back what waits here and would announce something; the time that it names, null = nothing waits. */
export function withdraw(world: World, folder: FleetFolder): Promise<string | null> {
  return underLock(world, folder, async (held) => {
    let at: string | null = null;
    for (const { id, text } of await waitingEdits(held)) {
      at = parseFleet(text).value?.compactAt ?? at;
      await held.opened.journal.settle(id);
    }
    return at;
  });
}

/** Only `coord compact` edits all of that document. */
async function waitingEdits({ opened }: Held): Promise<readonly { readonly id: string; readonly text: string }[]> {
  const intentions = await opened.journal.intentions();
  return intentions.flatMap(({ id, edit }) =>
    edit.kind === 'document' && edit.id === FLEET_PATH ? [{ id, text: edit.text }] : [],
  );
}

function snapshotOf({ opened, lock, state }: Held): Promise<Snapshot> {
  return lookAt(opened.cycleWith(lock).machine, state);
}

async function saidBy(ledger: Ledger & HistoryShortener, { fleet, main }: Snapshot): Promise<Said> {
  const there = await standingText(ledger, main, FLEET_PATH);
  if (there.kind === 'unread') throw new CoordError('FAILED', unreadWords(FLEET_PATH), `edit ${FLEET_PATH}`);
  const last = await ledger.lastShortening(fleet.board);
  return {
    keepHistoryMs: fleet.keepHistoryMs,
    compactAt: fleet.compactAt,
    id: main.files.get(FLEET_PATH) ?? null,
    text: there.kind === 'text' ? there.text : '',
    last: last === null ? null : readCompaction(last.message),
  };
}
