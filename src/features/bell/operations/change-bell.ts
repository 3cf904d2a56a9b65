// Switches the bell of a fleet on and off, and gives it a new key: edits of bell.json on main, as any edit of a person (D5).
import { isoTime } from '../../../core/base/time.ts';
import type { DocumentEdit } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import {
  BELL_PATH,
  type Bell,
  type BellSettings,
  isBrokerAddress,
  parseBell,
  renderBell,
  rotated,
} from '../documents/bell-document.ts';
import { newBellKey } from '../system/bell-keys.ts';
import { keepCredentials, withoutUser } from '../system/credentials.ts';

/** B3: a key that was rotated out is read for so long. */
const OLD_MS = 86_400_000;

export interface BellReport {
  readonly bell: BellSettings | null;
  /** Null = it was so before. */
  readonly done: EditReport | null;
}

/** `given`: an address, which may have a user and a password in it: those stay here; null = as it is. */
export async function bellOn(world: World, folder: FleetFolder, given: string | null): Promise<BellReport> {
  const address = given === null ? null : addressOf(world, given);
  return change(world, folder, (before) => {
    if (before === null) return { ...newBellKey(), address, old: [] };
    return address === null || address === before.address ? before : { ...before, address };
  });
}

export function bellOff(world: World, folder: FleetFolder): Promise<BellReport> {
  return change(world, folder, () => null);
}

export function rotateBell(world: World, folder: FleetFolder): Promise<BellReport> {
  return change(world, folder, (before) => {
    if (before === null) throw new CoordError('FAILED', 'this fleet has no bell', 'coord bell on <address>');
    const { wallMs } = world.clock.now();
    const old = before.old.filter(({ until }) => Date.parse(until) > wallMs);
    return rotated({ ...before, old }, newBellKey(), isoTime(wallMs + OLD_MS));
  });
}

/** Keeps a user and a password for a broker on this computer; returns its address. */
export function keepLogin(world: World, given: string): string {
  if (withoutUser(given).credentials === null)
    throw new CoordError('USAGE', 'expected an address with a user and a password', 'coord bell login mqtts://me:secret@host');
  return addressOf(world, given);
}

function addressOf(world: World, given: string): string {
  const { address, credentials } = withoutUser(given);
  if (!isBrokerAddress(address)) {
    const what = 'expected the address of a broker, such as mqtt://host:1883, mqtts://host or wss://host/path';
    throw new CoordError('USAGE', what, 'coord bell on --help');
  }
  if (credentials !== null) keepCredentials(world.home, address, credentials);
  return address;
}

async function change(
  world: World,
  folder: FleetFolder,
  next: (before: BellSettings | null) => BellSettings | null,
): Promise<BellReport> {
  await freshView(world, folder);
  const { text, id } = await bellOnMain(world, folder);
  const before = text === null ? 'off' : parseBell(text).value;
  const known = before === 'off' || before === null ? null : before;
  const bell = next(known);
  const wanted: Bell = bell ?? 'off';
  if (before !== null && renderBell(wanted) === renderBell(before)) return { bell, done: null };
  const edit: DocumentEdit = { kind: 'document', id: BELL_PATH, text: renderBell(wanted), from: id };
  return { bell, done: await editOrders(world, folder, [edit]) };
}

async function bellOnMain(
  world: World,
  folder: FleetFolder,
): Promise<{ readonly text: string | null; readonly id: string | null }> {
  const { ledger } = await openMachine(world, folder);
  try {
    const id = (await ledger.lastSeen())?.main?.entries.get(BELL_PATH)?.id ?? null;
    const blob = id === null ? undefined : (await ledger.read([id])).get(id);
    return { id, text: blob?.kind === 'text' ? blob.text : id === null ? null : '' };
  } finally {
    await ledger.close();
  }
}
