// Takes what people saved in this machine's projection (C6): ORDERS.json becomes intentions, order by order (D5), and the notes in this
// machine's document become its notes. An edit that is taken twice does no harm, so a crash needs no care. What cannot be taken stays where
// it is, and is reported.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../core/base/time.ts';
import type { Intention } from '../../core/model/ledger/intention.ts';
import { parseMachineDocument } from '../../documents/machine/machine-document.ts';
import { diffOrders } from '../../documents/orders/orders-diff.ts';
import { machineDocumentPath, ORDERS_PATH } from '../../documents/paths.ts';
import { baseText } from '../../system/fleet/projected.ts';
import { markTaken, savedEdit } from '../../system/fleet/projection.ts';
import { recordingTimes } from '../messages/outbox-time.ts';
import { takeSavedMessages } from '../messages/take-saved-messages.ts';
import type { World } from './dependencies.ts';
import type { OpenMachine } from './open-machine.ts';
import { noteSaved, savedWords } from './saved-edits.ts';
import { stayArchived } from './stay-archived.ts';

export interface SavedEdits {
  /** Why a saved document was not taken, by path. */
  readonly notTaken: ReadonlyMap<string, string>;
  /** What was taken of ORDERS.json, and what was not because the archive has it; null = nothing. */
  readonly words: string | null;
}

/** Call under the cycle's lock. */
export async function takeSavedEdits(world: World, opened: OpenMachine): Promise<SavedEdits> {
  await takeNotes(opened);
  const notTaken = new Map(await takeSavedMessages(world, opened));
  for (const feature of await world.features())
    for (const [path, why] of (await feature.takeSaved?.(opened)) ?? []) notTaken.set(path, why);
  const taken = await takeSavedOrders(world, opened);
  if (typeof taken === 'string') notTaken.set(ORDERS_PATH, taken);
  return { notTaken, words: typeof taken === 'string' ? null : taken.words };
}

/** Or why nothing was taken. */
async function takeSavedOrders(world: World, opened: OpenMachine): Promise<Pick<SavedEdits, 'words'> | string> {
  const { folder, ledger, journal } = opened;
  const saved = savedEdit(folder, ORDERS_PATH, ledger);
  if (saved === null) return { words: null };
  const base = await savedFrom(opened, saved.from);
  if (base === null) return 'what it was edited from is not known any more; save your text elsewhere, and copy the board over it';
  const diff = diffOrders(base, saved.text);
  if (diff.kind === 'unclear') return diff.reason;
  if (diff.edits.length === 0) return 'only comments or layout differ';
  const stay = stayArchived(folder, diff.edits, saved.text);
  const nextTime = recordingTimes(await journal.intentions(), world.clock);
  // By this save of the file: recorded again because it could not be marked as taken, an edit is the same one.
  const savedMs = statSync(join(folder.projection, ORDERS_PATH), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const save = ledger.idOf(`${ORDERS_PATH} ${saved.from} ${savedMs}\n${saved.text}`);
  const intentions = diff.edits.flatMap((edit, at): Intention[] => {
    if (edit.kind === 'add' && stay.has(edit.order.id)) return [];
    return [{ id: ledger.idOf(`${save} ${at}`), recordedAt: nextTime(), edit }];
  });
  await journal.record(...intentions);
  const words = savedWords(diff.edits, stay);
  noteSaved(folder, { at: isoTime(world.clock.now().wallMs), words });
  markTaken(folder, ORDERS_PATH, saved.text, ledger);
  return { words };
}

/** The text of that id, which an edit of ORDERS.json was begun from; null = it is not known any more. */
export async function savedFrom({ folder, ledger }: OpenMachine, from: string): Promise<string | null> {
  return baseText(folder, from) ?? (await textOnMain(ledger, from));
}

/** Where the kept text was lost; null = main is further on. What the clone may not have is not asked of it. */
async function textOnMain(ledger: OpenMachine['ledger'], id: string): Promise<string | null> {
  if ((await ledger.lastSeen())?.main?.entries.get(ORDERS_PATH)?.id !== id) return null;
  const blob = (await ledger.read([id])).get(id);
  return blob?.kind === 'text' ? blob.text : null;
}

async function takeNotes({ folder, identity, ledger, journal }: OpenMachine): Promise<void> {
  const path = machineDocumentPath(identity.machine);
  const saved = savedEdit(folder, path, ledger);
  if (saved === null) return;
  const { value } = parseMachineDocument(saved.text, path);
  const state = await journal.load();
  // A document that does not parse is the machine's to write anew; a person sees it restored.
  if (value === null || state === null || value.notes === state.notes) return;
  await journal.save({ ...state, notes: value.notes });
}
