// coord service install, remove, status
import { resolve } from 'node:path';
import { CoordError, EXIT } from '../../../errors.ts';
import {
  hubWork,
  installService,
  removeService,
  type ServiceDone,
  type ServiceWork,
  servicePlace,
  serviceStatus,
  serviceText,
} from '../../../operations/service/service.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Context } from '../../context.ts';

interface Options {
  readonly force?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
  /** The hub's, and not the daemon's. */
  readonly hub?: boolean;
}

export async function install(context: Context, given: readonly string[], options: Options): Promise<number> {
  const { force = false, print, json } = options;
  const { root } = context.fleet();
  const world = await context.world();
  const { platform } = process;
  const work = workOf(options, given);
  if (print) {
    context.out(serviceText(world, root, context.mainPath, servicePlace(world, root, platform, work.work)).trimEnd());
    return EXIT.done;
  }
  const done = await context.busy('installing', installService(world, root, context.mainPath, { platform, force, ...work }));
  return show(context, done, root, json);
}

export async function remove(context: Context, options: Options): Promise<number> {
  const { force = false, json } = options;
  const root = rootOf(context, context.fleetHere);
  const world = await context.world();
  const { platform } = process;
  return show(
    context,
    await context.busy('removing', removeService(world, root, { platform, force, ...workOf(options) })),
    root,
    json,
  );
}

export async function status(context: Context, options: Options): Promise<number> {
  const { json } = options;
  const root = rootOf(context);
  const world = await context.world();
  const { work } = workOf(options);
  // Which options its hub was given, only its file says.
  const main = isFleet(context) && work === undefined ? context.mainPath : null;
  const seen = await serviceStatus(world, root, main, process.platform, work);
  if (json) context.out(JSON.stringify(seen, null, 2));
  else if (seen.installed === 'no')
    context.out(
      `no service is installed for ${root}; ${work === undefined ? 'coord service install' : 'coord service install --hub'}`,
    );
  else {
    const { green, yellow } = context.paint;
    context.out(`${seen.name} · ${seen.state === 'running' ? green(seen.found) : yellow(seen.found)}`);
    context.out(`  file: ${seen.file}${seen.installed === 'changed' ? ' (changed by hand)' : ''}`);
    context.out(`  log: ${seen.log}`);
    for (const caveat of seen.caveats) context.out(yellow(`! ${caveat}`));
  }
  return seen.state === 'running' ? EXIT.done : EXIT.failed;
}

/** Of options that name files, the whole paths: a service begins in another folder. */
function workOf({ hub = false }: Options, given: readonly string[] = []): { readonly work?: ServiceWork } {
  if (!hub && given.length > 0)
    throw new CoordError(
      'USAGE',
      `${given[0]} is an option of the hub: it needs --hub`,
      'coord service install --hub -- --insecure',
    );
  const words = given.map((word, at) => (['--cert', '--key'].includes(given[at - 1] ?? '') ? resolve(word) : word));
  return hub ? { work: hubWork(words) } : {};
}

const SAID: Readonly<Record<ServiceDone['outcome'], string>> = {
  installed: 'installed',
  replaced: 'written anew',
  unchanged: 'was installed already',
  removed: 'removed',
  'not there': 'no service was installed for',
};

function show(context: Context, { place, outcome, ran, caveats }: ServiceDone, root: string, json = false): number {
  const { name, file } = place;
  const isOn = outcome !== 'removed' && outcome !== 'not there';
  const log = isOn ? place.log : null;
  if (json) context.out(JSON.stringify({ name, file, outcome, ran, log, caveats }, null, 2));
  else if (outcome === 'not there') context.out(`${SAID[outcome]} ${root}`);
  else {
    context.out(`${name} ${SAID[outcome]} · ${file}`);
    for (const command of ran) context.out(`  ran: ${command}`);
    if (log !== null) context.out(`  log: ${log}`);
    for (const caveat of caveats) context.note(context.paint.yellow(`! ${caveat}`));
  }
  return EXIT.done;
}

/** What was set up for a folder can be taken back when the fleet has left it (`coord leave --purge`), so not that of another one. */
export function rootOf(context: Context, find: () => FleetFolder = context.fleet): string {
  try {
    return find().root;
  } catch (error) {
    const named = context.dir ?? (process.env.COORD_DIR || undefined);
    if (error instanceof CoordError && error.code === 'NO_FLEET' && named !== undefined) return resolve(named);
    throw error;
  }
}

function isFleet(context: Context): boolean {
  try {
    return context.fleet() !== null;
  } catch {
    return false;
  }
}
