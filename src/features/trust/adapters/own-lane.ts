// What this machine knows of its own lane, from its own disk (T5).
import type { Files, MachineView } from '../../../core/model/ledger/snapshot.ts';
import type { Ledger } from '../../../ports.ts';
import { readMachineKey } from '../system/machine-key.ts';

/** What it signed last, as far as it is on this computer; null = the ledger shows just that, or nothing is known. */
export async function ownFilesOf(
  shown: MachineView | undefined,
  own: Files | null,
  ledger: Pick<Ledger, 'sizes'>,
): Promise<Files | null> {
  if (own === null) return null;
  const isSame =
    shown !== undefined && shown.files.size === own.size && [...own].every(([path, id]) => shown.files.get(path) === id);
  if (isSame) return null;
  const sizes = await ledger.sizes([...own.values()]);
  return new Map([...own].filter(([, id]) => sizes.get(id) != null));
}

/** Null = there is none that may be used: doctor says what is wrong. */
export function ownKeyOf(home: string, root: string): string | null {
  try {
    return readMachineKey(home, root)?.line ?? null;
  } catch {
    return null;
  }
}
