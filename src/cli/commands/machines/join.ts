// coord init, coord join
import { shellWord } from '../../../core/base/shell-word.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import type { Arrival } from '../../../operations/feature.ts';
import { type JoinReport, type JoinRequest, joinFleet } from '../../../operations/machine/join.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../../system/fleet/fleet-folder.ts';
import type { Context } from '../../context.ts';
import { answered, askedAgain, canAsk, confirmed } from '../../input/confirm.ts';
import { standardInput } from '../../input/standard-input.ts';
import { plainCell } from '../../output/table.ts';

interface Options {
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly slots?: number;
  readonly as?: number;
  readonly again?: boolean;
  readonly readme?: boolean;
  readonly json?: boolean;
  readonly trust?: string;
}

const LOGIN_WARNING =
  'the address contains a login; it is stored in .coord/fleet.json, readable only by you. Safer: a git credential helper, and an address without a login';

export async function run(
  context: Context,
  verb: 'init' | 'join',
  url: string | null,
  folder: string | null,
  options: Options,
): Promise<number> {
  const world = await context.world();
  const arrival = url === null ? null : await arrivalOf(world, url === '-' ? await lineFor() : url, options.trust ?? null);
  const { name = arrival?.name ?? null, tags = null, slots = null, as = null, again = false, readme = false } = options;
  const request = {
    url: arrival?.url ?? null,
    dir: folder ?? context.dir ?? null,
    name,
    tags,
    slots,
    as,
    again,
    mayFound: verb === 'init',
    readme,
  };
  const report = await joinOrAsk(context, world, request);
  const trusting = (await arrival?.settle(fleetFolderAt(report.folder), canAsk() ? asker(context) : null)) ?? [];
  if (options.json) {
    const { sync: _sync, ...rest } = report;
    context.out(JSON.stringify(rest, null, 2));
    return EXIT.done;
  }
  const label = context.paint.bold(plainCell(`machine ${report.machine} ${report.name}`, 120));
  if (report.founded) context.out(`founded a fleet in ${report.remote}: this is ${label}`);
  else if (verb === 'init') context.out(`there is a fleet in ${report.remote} already: joined it as ${label}`);
  else if (report.isBack) context.out(`back in the fleet in ${report.remote} as ${label}`);
  else context.out(`joined the fleet in ${report.remote} as ${label}`);
  const line = (word: string, text: string) => context.out(`  ${word.padEnd(8)} ${text}`);
  line('folder', `${report.folder} · its coordination/ shows the board as files`);
  if (report.founded && request.url === null)
    context.note(
      context.paint.yellow(
        '! no other computer reaches this repo; for a fleet of several: coord leave, then coord init <url> in another folder',
      ),
    );
  if (report.branches) line('host', 'refuses refs/coord/…, so lanes are branches coord-lanes/…');
  if (report.isBack) line('earlier', 'if an older folder of this machine is still there, it halts at its next sync');
  if (report.hasLogin) line('login', LOGIN_WARNING);
  for (const setting of report.imported) line('git', `${setting} · taken over from your settings`);
  if (report.agents.length > 0) line('agents', `${report.agents.join(', ')} · found; to let orders use them: coord allow agent`);
  if (report.takenBack.length > 0)
    line(
      'policy',
      `taken back, as it was said for what was in this folder before: ${report.takenBack.join(', ')} · coord allow, or policy.yaml, says it again`,
    );
  for (const words of trusting) line('trust', visibleText(words));
  line('orders', 'edit coordination/ORDERS.json in the repo, or: coord order add');
  if (report.allows.length === 0) line('next', `nothing may run here yet: coord --dir ${shellWord(report.folder)} allow shell`);
  line(
    report.allows.length === 0 ? '' : 'next',
    'then, in that folder: coord sync by hand, coord cron install, or coord daemon start',
  );
  return EXIT.done;
}

/** What stands in the place of an address may be more than that. */
async function arrivalOf(world: World, word: string, trust: string | null): Promise<Arrival> {
  for (const feature of await world.features()) {
    const arrival = await feature.arrival?.(word, trust);
    if (arrival !== undefined) return arrival;
  }
  return { url: word, name: null, settle: async () => [] };
}

/** It holds a secret, which is better not in the list of processes. */
async function lineFor(): Promise<string> {
  const [line = ''] = (canAsk() ? await answered('The line of coord invite: ') : standardInput('the line')).trim().split(/\r?\n/);
  if (line === '')
    throw new CoordError(
      'USAGE',
      'expected the line that coord invite prints, found nothing',
      'coord invite <name>, on a machine of the fleet',
    );
  return line;
}

function asker(context: Context) {
  return (lines: readonly string[], question: string): Promise<boolean> => {
    for (const line of lines) context.note(visibleText(line));
    return confirmed(question);
  };
}

/** A second machine on one computer, and the place of one that runs, are seldom meant. */
function joinOrAsk(context: Context, world: World, request: JoinRequest): Promise<JoinReport> {
  return askedAgain(
    request.again === true,
    (again) => context.busy('connecting to the remote', joinFleet(world, { ...request, again })),
    request.as === null
      ? 'Make it another machine beside that one?'
      : 'Take its place? It halts, and its runs count as interrupted.',
  );
}
