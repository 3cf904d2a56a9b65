// Which fleet a command acts on, in this order: --dir, --fleet, COORD_DIR, the folder that the command stands in, in a run of an order its
// own, and then the one of this computer: its default (`coord use`), or the only one. The last is for what people type. What coord itself has
// started, and servers that stay, act on no other fleet of the computer: `isElsewhereAllowed` says so.
import { dirname, resolve } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError } from '../../errors.ts';
import { isInside, realFolder } from '../files/real-folder.ts';
import { withTilde } from '../files/with-tilde.ts';
import { fleetOfRun } from '../runs/run-place.ts';
import { coordHome } from './computer.ts';
import { type FleetFolder, fleetFolderAt, isFleetFolder, ownFolder } from './fleet-folder.ts';
import { bestFirst, defaultFleet, type FleetHere, fleetName, fleetsCalled, fleetsHere } from './fleets-here.ts';
import { knownRoot, knownRoots } from './known-roots.ts';

export interface WhichFleet {
  /** Of `--dir`. */
  readonly dir: string | undefined;
  /** Of `--fleet`. */
  readonly fleet?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export interface FoundFleet {
  readonly folder: FleetFolder;
  /** Nobody named it and the command does not stand in it: people are told which one it is. */
  readonly isElsewhere: boolean;
}

/** Where none is named. */
export class NoFleetHere extends CoordError {
  /** Those of this computer, none of which is meant; the one to suggest comes first. */
  readonly known: readonly FleetHere[];
  /** This computer never joined one. */
  readonly isFirst: boolean;

  constructor(why: string, hint: string, known: readonly FleetHere[], isFirst = false) {
    super('NO_FLEET', why, hint);
    this.known = bestFirst(known);
    this.isFirst = isFirst;
  }
}

/**
 * Variables of what coord starts: runs of orders and what they start, local services, commands that alert people. Each belongs to one
 * fleet, which need not be the one of this computer.
 */
const STARTED_BY_COORD = ['COORD_ORDER', 'COORD_RUN_KEY', 'COORD_PROGRAM', 'COORD_ALERT_KIND'];

function isElsewhereAllowed(env: NodeJS.ProcessEnv): boolean {
  return STARTED_BY_COORD.every((name) => env[name] === undefined);
}

/** Throws NO_FLEET (exit code 3) with the command that helps, and what `ownFolder` throws. */
export function findFleet(which: WhichFleet): FoundFleet {
  const here = fleetNamedOrAbove(which);
  if (here !== null) return { folder: ownFolder(here), isElsewhere: false };
  const own = fleetOfRun(which.env);
  if (own !== null && isFleetFolder(fleetFolderAt(own))) return { folder: ownFolder(fleetFolderAt(own)), isElsewhere: false };
  if (!isElsewhereAllowed(which.env)) throw nowhere(which, []);
  mustNotBeBroken(which);
  return { folder: ownFolder(fleetOfComputer(which)), isElsewhere: true };
}

/** Whoever stands in a fleet folder whose identity is gone means that one, and no other fleet of this computer. */
function mustNotBeBroken({ cwd, env }: WhichFleet): void {
  const here = realFolder(cwd) ?? cwd;
  const broken = knownRoots(coordHome(env)).find((root) => isInside(here, realFolder(root) ?? root));
  if (broken === undefined) return;
  const why = `${broken} was a fleet folder: expected ${fleetFolderAt(broken).identity}, found none`;
  throw new NoFleetHere(why, 'coord doctor', []);
}

/** The same, but never the one of this computer. */
export function findFleetHere(which: WhichFleet): FleetFolder {
  const here = fleetNamedOrAbove(which);
  if (here === null) throw nowhere(which, fleetsHere(coordHome(which.env)));
  return ownFolder(here);
}

/** `home (~/fleet)`. */
export function fleetLabel(folder: FleetFolder, name: string = fleetName(folder)): string {
  return `${name} (${withTilde(folder.root, process.env.HOME)})`;
}

function fleetNamedOrAbove(which: WhichFleet): FleetFolder | null {
  const found = fleetAsTyped(which);
  return found === null ? null : fleetFolderAt(knownRoot(found.root, coordHome(which.env)));
}

/** By the name that it was called by, which need not be the one that this computer knows it by. */
function fleetAsTyped({ dir, fleet, env, cwd }: WhichFleet): FleetFolder | null {
  if (dir === undefined && fleet !== undefined) return fleetCalled(fleet, cwd, coordHome(env));
  const named = dir ?? (env.COORD_DIR || undefined);
  if (named !== undefined) {
    const folder = fleetFolderAt(resolve(cwd, named));
    if (isFleetFolder(folder)) return folder;
    throw new CoordError('NO_FLEET', `${folder.root} is no fleet folder: expected ${folder.identity}`, 'coord join <url>');
  }
  for (let at = resolve(cwd); ; at = dirname(at)) {
    const candidate = fleetFolderAt(at);
    if (isFleetFolder(candidate)) return candidate;
    if (at === dirname(at)) return null;
  }
}

/**
 * Throws NO_FLEET where none is called so, or several are: a name in fleet.yaml is chosen by whoever can push there. `by`: the command that
 * names one of several by its folder.
 */
export function fleetCalled(
  word: string,
  cwd: string,
  home: string,
  by = (folder: string) => `coord --dir ${shellWord(folder)} …`,
): FleetFolder {
  const [found, ...others] = bestFirst(fleetsCalled(word, cwd, home));
  if (found === undefined) {
    const known = fleetsHere(home);
    const expected = known.length === 0 ? 'there is none' : `expected ${labels(known)}`;
    throw new CoordError('NO_FLEET', `no fleet on this computer is called ${word}: ${expected}`, helpWith(known));
  }
  if (others.length === 0) return found.folder;
  const all = labels([found, ...others]);
  throw new CoordError('NO_FLEET', `several fleets on this computer are called ${word}: ${all}`, by(found.folder.root));
}

function fleetOfComputer(which: WhichFleet): FleetFolder {
  const home = coordHome(which.env);
  const chosen = defaultFleet(home);
  if (chosen !== null && isFleetFolder(chosen)) return chosen;
  const known = fleetsHere(home);
  if (chosen !== null) {
    const [first, ...more] = known;
    const others = first === undefined ? '' : `; there is ${labels(known)}`;
    const why = `the default fleet of this computer is gone: expected ${chosen.identity}, found none${others}`;
    if (first === undefined) throw new NoFleetHere(why, 'coord use --none', known);
    throw new NoFleetHere(why, more.length > 0 ? LISTED : `coord use ${shellWord(wordFor(first, more))}`, known);
  }
  const [only, ...others] = known;
  if (only === undefined || others.length > 0) throw nowhere(which, known);
  return only.folder;
}

function nowhere({ cwd, env }: WhichFleet, known: readonly FleetHere[]): NoFleetHere {
  const here = `no fleet here: neither ${cwd} nor a folder above it holds .coord/fleet.json`;
  if (!isElsewhereAllowed(env)) return new NoFleetHere(here, 'coord --dir <folder> …', []);
  if (known.length > 0) {
    const many = known.length === 1 ? '' : `${known.length} fleets: `;
    return new NoFleetHere(`${cwd} lies in no fleet; this computer has ${many}${labels(known)}`, helpWith(known), known);
  }
  const gone = knownRoots(coordHome(env)).filter((root) => !isFleetFolder(fleetFolderAt(root)));
  if (gone.length === 0) return new NoFleetHere(here, helpWith([]), [], true);
  return new NoFleetHere(
    `${here}; gone: ${gone.join(', ')}`,
    `cd to where it is now, if it was moved; else ${helpWith([])}`,
    [],
    false,
  );
}

function helpWith(known: readonly FleetHere[]): string {
  const [first, ...others] = known;
  if (first === undefined) return 'coord init <url>, or coord join <url>';
  return others.length > 0 ? `${LISTED}; or coord --fleet <fleet> …` : `coord --fleet ${shellWord(wordFor(first, others))} …`;
}

/** Of several none is named as if it were the right one. */
const LISTED = 'coord use, which lists them';

function labels(fleets: readonly FleetHere[]): string {
  return fleets.map(({ name, folder }) => fleetLabel(folder, name)).join(', ');
}

/** Its name, or its folder where another one has that name too. */
export function wordFor(first: FleetHere, others: readonly FleetHere[]): string {
  return others.some(({ name }) => name === first.name) ? first.folder.root : first.name;
}
