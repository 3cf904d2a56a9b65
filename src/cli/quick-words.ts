// The few commands that are asked for often and read nothing but local files, in their plainest words: they are answered without
// the parser of all commands, which takes longer to load than the answer takes. Any other words, and so every mistake, are its
// business; what both understand means the same (test/e2e/quick.long.test.ts compares them). Which flags are plain, each command says itself.
import type { CommandDescriptor } from './command.ts';
import { overview, status, sync } from './commands/look/look-commands.ts';
import { machines } from './commands/machines/machine-commands.ts';
import { inbox } from './commands/messages/message-commands.ts';
import { orderList } from './commands/orders/order-commands.ts';
import { afterFleet } from './fleet-words.ts';

export interface QuickWords {
  readonly command: QuickCommand;
  readonly dir: string | undefined;
  readonly fleet: string | undefined;
  readonly options: Readonly<Record<string, true | string>>;
}

export interface SyncWords {
  readonly dir: string | undefined;
  readonly fleet: string | undefined;
  readonly options: { readonly wait?: true; readonly dryRun?: true; readonly json?: true };
}

const QUICK = { overview, status, machines, 'order list': orderList, inbox } as const;
type QuickCommand = keyof typeof QUICK;

/** What `coord` without a command means. */
export const ALONE = 'overview';

/** Null = not one of these. */
export function quickWords(words: readonly string[]): QuickWords | null {
  const plain = plainWords(words);
  if (plain === null) return null;
  const { dir, fleet, flags } = plain;
  const name = plain.name === '' ? ALONE : plain.name;
  const options = isQuick(name) ? plainOptions(flags, QUICK[name]) : null;
  return !isQuick(name) || options === null ? null : { command: name, dir, fleet, options };
}

/** Null = no sync in its plain words. */
export function syncWords(words: readonly string[]): SyncWords | null {
  const plain = plainWords(words);
  const options = plain === null || plain.name !== 'sync' ? null : plainOptions(plain.flags, sync);
  return plain === null || options === null ? null : { dir: plain.dir, fleet: plain.fleet, options };
}

/** By the names that the parser has: `--dry-run` is `dryRun`. Of one that is given twice the last counts. Null = other words. */
function plainOptions(words: readonly string[], command: CommandDescriptor): QuickWords['options'] | null {
  const { quickFlags = [], options = [] } = command;
  const given: Record<string, true | string> = {};
  for (let at = 0; at < words.length; at += 1) {
    const [, flag = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
    if (!quickFlags.includes(flag)) return null;
    const takes = options.some(([flags]) => flags.startsWith(`${flag} <`));
    if (takes && value === undefined) at += 1;
    const said = takes ? (value ?? words[at]) : true;
    if (said === undefined || (takes ? value === undefined && words[at]?.startsWith('-') : value !== undefined)) return null;
    given[flag.slice(2).replace(/-(.)/g, (_, letter) => letter.toUpperCase())] = said;
  }
  return given;
}

interface PlainWords {
  readonly dir: string | undefined;
  readonly fleet: string | undefined;
  readonly name: string;
  readonly flags: readonly string[];
}

/** A folder or a fleet first if one is named, then words, then options; null = in another way. */
function plainWords(words: readonly string[]): PlainWords | null {
  const { dir, fleet, rest } = afterFleet(words);
  if ([dir, fleet].some((value) => value !== undefined && (value === '' || value.startsWith('-')))) return null;
  const flagsAt = rest.findIndex((word) => word.startsWith('-'));
  const flags = flagsAt === -1 ? [] : rest.slice(flagsAt);
  return { dir, fleet, name: rest.slice(0, rest.length - flags.length).join(' '), flags };
}

function isQuick(name: string): name is QuickCommand {
  return Object.hasOwn(QUICK, name);
}
