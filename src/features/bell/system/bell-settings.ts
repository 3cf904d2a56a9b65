// The bell of a fleet as the last sync left it here: local files alone. One that cannot be read keeps its last good value.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { faultText } from '../../../core/model/status/fault.ts';
import { parseMachineDocument } from '../../../documents/machine/machine-document.ts';
import { machineDocumentPath, machineOf } from '../../../documents/paths.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { namesIn, textIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type BellSettings, parseBell, renderBell } from '../documents/bell-document.ts';
import { bellPaths, makeBellFolder } from './bell-folder.ts';

export interface BellHere {
  /** Null = this fleet has none. Where bell.json names no broker, its address is that of the first machine that says it has one (B3). */
  readonly bell: BellSettings | null;
  /** Why bell.json cannot be read; `bell` is then what it said before. */
  readonly fault: string | null;
}

/** For whoever only wants to know that there is none: one look at one file. */
export function mayHaveBell(folder: FleetFolder): boolean {
  return existsSync(bellPaths(folder).document);
}

export function readBell(folder: FleetFolder): BellHere {
  const { bell, fault } = settingsHere(folder);
  return { bell: bell === null ? null : { ...bell, address: bell.address ?? brokerOfMachines(folder) }, fault };
}

/** As a sync left their documents here: that of the lowest number. Null = no machine has one for others. */
function brokerOfMachines({ projection }: FleetFolder): string | null {
  const numbers = namesIn(projection).flatMap((name) => machineOf(name) ?? []);
  for (const number of numbers.sort((one, other) => one - other)) {
    const name = machineDocumentPath(number);
    const text = textIn(join(projection, name));
    // A look at most machines ends here.
    const hub = text?.includes('\nhub: ') === true ? parseMachineDocument(text, name).value?.hub : undefined;
    if (hub !== undefined) return hub;
  }
  return null;
}

function settingsHere(folder: FleetFolder): BellHere {
  const { document, kept } = bellPaths(folder);
  const text = textIn(document);
  const before = textIn(kept);
  if (text === null) return forgotten(kept, before);
  const { value, faults } = parseBell(text);
  if (value === 'off') return forgotten(kept, before);
  if (value === null) {
    const last = before === null ? null : parseBell(before).value;
    return { bell: last === 'off' ? null : last, fault: faults.map(faultText)[0] ?? null };
  }
  const good = renderBell(value);
  if (good !== before) keep(folder, good);
  return { bell: value, fault: null };
}

function forgotten(kept: string, before: string | null): BellHere {
  if (before !== null) rmSync(kept, { force: true });
  return { bell: null, fault: null };
}

function keep(folder: FleetFolder, text: string): void {
  try {
    makeBellFolder(folder);
    writeWhole(bellPaths(folder).kept, text);
  } catch {
    // A full disk: a later read keeps it.
  }
}
