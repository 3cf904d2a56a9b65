// Finds what lies on this machine's disk for the next sync, as signs that are compared between two looks. coord's own writes leave no sign
// and so never wake its daemon; what cannot be taken wakes it once. Reads local files alone, no git.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { machineDocumentPath, ORDERS_PATH } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';
import { namesIn, textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { isOutboxName } from '../../system/fleet/outbox-files.ts';
import { readProjected } from '../../system/fleet/projected.ts';
import { savedEdit, savedText } from '../../system/fleet/projection.ts';
import { policyPath } from '../../system/policy/policy-text.ts';
import type { Feature } from '../feature.ts';
import { isTakenFrom } from './wakes.ts';

export function signsOf(
  home: string,
  folder: FleetFolder,
  features: readonly Feature[],
  { machine, ledger }: { readonly machine: number; readonly ledger: Pick<Ledger, 'idOf'> },
): ReadonlySet<string> {
  const signs = new Set<string>();
  for (const name of namesIn(folder.outbox)) if (isOutboxName(name)) signs.add(`recorded ${name}`);
  const projected = readProjected(folder);
  const mine = namesIn(join(folder.projection, 'messages')).map((name) => `messages/${name}`);
  for (const path of [ORDERS_PATH, machineDocumentPath(machine), ...mine.filter((log) => isTakenFrom(machine, log))]) {
    const saved = (path.startsWith('messages/') ? savedText : savedEdit)(folder, path, ledger, projected);
    if (saved !== null) signs.add(`saved ${path} ${ledger.idOf(saved.text)}`);
  }
  for (const feature of features) for (const sign of feature.signs?.(folder, ledger) ?? []) signs.add(sign);
  for (const path of [folder.identity, policyPath(home)])
    if (existsSync(path)) signs.add(`${path} ${ledger.idOf(textIn(path) ?? '')}`);
  return signs;
}
