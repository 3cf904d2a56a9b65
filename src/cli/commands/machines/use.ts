// coord use
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { coordHome } from '../../../system/fleet/computer.ts';
import { fleetCalled, fleetLabel } from '../../../system/fleet/find-fleet.ts';
import {
  chooseDefault,
  defaultFleet,
  type FleetHere,
  fleetName,
  fleetsHere,
  forgetDefault,
} from '../../../system/fleet/fleets-here.ts';
import type { Context } from '../../context.ts';
import { columns, plainCell } from '../../output/table.ts';

interface Options {
  readonly none?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, word: string | null, { none = false, json = false }: Options): Promise<number> {
  const home = coordHome(process.env);
  if (none && word !== null)
    throw new CoordError('USAGE', `expected a fleet or --none, found ${word} and --none`, 'coord use --help');
  const before = defaultFleet(home);
  if (none && before !== null) forgetDefault(home, before);
  if (word !== null)
    chooseDefault(
      home,
      fleetCalled(word, process.cwd(), home, (folder) => `coord use ${shellWord(folder)}`),
    );
  if (json) context.out(JSON.stringify(listed(home), null, 2));
  else if (word === null && !none) show(context, home);
  else {
    const chosen = defaultFleet(home);
    const now = chosen === null ? 'there is no default any more' : `the default fleet of this computer is now ${labelOf(chosen)}`;
    context.out(now);
  }
  return EXIT.done;
}

function listed(home: string): readonly object[] {
  const chosen = defaultFleet(home);
  return fleetsHere(home).map(({ name, folder }) => ({ name, folder: folder.root, default: folder.root === chosen?.root }));
}

function show(context: Context, home: string): void {
  const fleets = fleetsHere(home);
  const chosen = defaultFleet(home);
  if (fleets.length === 0)
    throw new CoordError('NO_FLEET', 'there is no fleet on this computer', 'coord init <url>, or coord join <url>');
  const mark = ({ folder }: FleetHere) => (folder.root === chosen?.root ? 'default' : '');
  for (const line of columns(fleets.map((one) => [plainCell(one.name, 100), plainCell(one.folder.root, 300), mark(one)])))
    context.out(line);
  if (chosen !== null && fleets.every(({ folder }) => folder.root !== chosen.root))
    context.note(context.paint.yellow(`! the default is gone: ${labelOf(chosen)}`));
}

function labelOf(folder: FleetHere['folder']): string {
  return plainCell(fleetLabel(folder, fleetName(folder)), 300);
}
