// Keeps the outlines of a fleet's specs, or their faults, in `.coord/specs.json`, so that the next process parses none again. The file is
// used only whole and only by the build that wrote it; without it, the next sync takes a moment longer.
import { createHash } from 'node:crypto';
import type { ParsedOutline } from '../../core/model/orders/spec.ts';
import type { SpecShelf } from '../../ports.ts';
import { writeWhole } from '../files/durable-file.ts';
import { readIfThere } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** `build`: differs with every change of the program. */
export function createSpecShelf({ specs }: Pick<FleetFolder, 'specs'>, build: string): SpecShelf {
  const sealOf = (body: string) => createHash('sha256').update(`${build}\n${body}`).digest('hex');
  return {
    load() {
      try {
        const text = readIfThere(specs) ?? '';
        const end = text.indexOf('\n');
        const body = text.slice(end + 1);
        return new Map(text.slice(0, end) === sealOf(body) ? (JSON.parse(body) as [string, ParsedOutline][]) : []);
      } catch {
        return new Map();
      }
    },
    save(outlines) {
      const body = JSON.stringify([...outlines]);
      try {
        writeWhole(specs, `${sealOf(body)}\n${body}`);
      } catch {
        // The next sync parses them again.
      }
    },
  };
}
