// What this computer keeps of a signed fleet beside its pin (T11), in coord's home: each file is there whole, also after a power cut. What cannot be
// read is not taken for nothing, which whoever can push would gain by: it throws, and then nothing is believed.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { keptText, pinPath, removePin } from './trust-pin.ts';

export interface KeptFile<T extends object> {
  /** One text is one object. Throws LOCAL_STATE where it cannot be read. */
  read(home: string, root: string): T;
  /** On disk when it returns. */
  write(home: string, root: string, value: T): void;
}

/** `formOf`: null = it cannot be read; it is given `{}` where there is no file. */
export function keptFile<T extends object>(name: string, formOf: (value: unknown) => T | null): KeptFile<T> {
  const known = new Map<string, { readonly text: string; readonly value: T }>();
  const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, `.${name}.json`);
  return {
    read(home, root) {
      const path = pathOf(home, root);
      const text = keptText(path, (help) => unreadable(path, help ?? `rm -r ${shellWord(path)}`)) ?? '{}';
      const last = known.get(path);
      if (last?.text === text) return last.value;
      const value = formOf(parsed(text));
      if (value === null) throw unreadable(path, `rm ${shellWord(path)}`);
      known.set(path, { text, value });
      return value;
    },
    write(home, root, value) {
      const path = pathOf(home, root);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const text = `${JSON.stringify(value)}\n`;
      writeDurably(path, text);
      known.set(path, { text, value });
    },
  };
}

/** Of a fleet that is no more in this folder: another one may name its orders and machines alike. The pin goes last. */
export function forgetKept(home: string, root: string): void {
  const pin = pinPath(home, root);
  const prefix = basename(pin, 'json');
  for (const name of existsSync(dirname(pin)) ? readdirSync(dirname(pin)) : [])
    if (name.startsWith(prefix) && name !== basename(pin)) rmSync(join(dirname(pin), name), { force: true, recursive: true });
  removePin(home, root);
}

/** Undefined = it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(path: string, help: string): CoordError {
  const what = `${path} cannot be read, so no order is believed here; without it this machine forgets what it has noted there`;
  return new CoordError('LOCAL_STATE', what, help);
}
