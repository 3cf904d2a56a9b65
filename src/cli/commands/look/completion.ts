// coord completion, and the hidden command that its scripts ask for names.
import type { Command } from 'commander';
import { CoordError, EXIT } from '../../../errors.ts';
import { fleetHere } from '../../../operations/sync/fleet-here.ts';
import { readView } from '../../../operations/sync/view.ts';
import { coordHome } from '../../../system/fleet/computer.ts';
import { fleetsHere } from '../../../system/fleet/fleets-here.ts';
import type { CommandDescriptor } from '../../command.ts';
import { bashScript } from '../../completion/bash.ts';
import { fishScript } from '../../completion/fish.ts';
import { zshScript } from '../../completion/zsh.ts';
import type { Context } from '../../context.ts';

const SCRIPTS: Readonly<Record<string, typeof bashScript>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `self`: this command as it was parsed. */
export async function run(context: Context, self: Command, all: readonly CommandDescriptor[], shell: string): Promise<number> {
  const script = SCRIPTS[shell];
  if (script === undefined || self.parent === null)
    throw new CoordError('USAGE', `expected bash, zsh or fish, found ${shell}`, 'coord completion --help');
  context.out(script(self.parent, all).trimEnd());
  return EXIT.done;
}

/** bash expands what it is given as words once more: a name that is more than a word is left out. */
const WORD = /^[A-Za-z0-9][A-Za-z0-9._@-]*$/;

/** Reads the view and nothing else. Says nothing at all where there is none: somebody is typing. */
export async function names(context: Context, all: readonly CommandDescriptor[], what: string): Promise<number> {
  for (const name of await namesOf(context, all, what)) if (WORD.test(name)) context.out(name);
  return EXIT.done;
}

async function namesOf(context: Context, all: readonly CommandDescriptor[], what: string): Promise<readonly string[]> {
  try {
    if (what === 'fleets') return fleetsHere(coordHome(process.env)).map(({ name }) => name);
    const known = all.find(({ names }) => names?.[what] !== undefined)?.names?.[what];
    if (known !== undefined) return await known(context.fleet());
    if (what === 'templates') return Object.keys(fleetHere(context.fleet())?.templates.byName ?? {});
    const view = readView(context.fleet());
    if (view === null) return [];
    return what === 'orders' ? Object.keys(view.orders) : Object.values(view.machines).map(({ name }) => name);
  } catch (error) {
    if (error instanceof CoordError) return [];
    throw error;
  }
}
