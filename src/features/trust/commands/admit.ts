// coord trust admit; coord trust revoke --agents
import type { Context } from '../../../cli/context.ts';
import { canAsk, confirmed } from '../../../cli/input/confirm.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { listedMachines, machineNamed } from '../../../operations/machine/machine-named.ts';
import { freshView } from '../../../operations/orders/edit-orders.ts';
import { onlyWords } from '../documents/narrowed.ts';
import { agentsName } from '../documents/orderer.ts';
import type { Only, TrustedMachine } from '../documents/trust-document.ts';
import { guestsHere } from '../operations/invite.ts';
import { shownKey } from '../operations/shown-key.ts';
import { createChecks } from '../system/checks.ts';
import { readPin } from '../system/trust-pin.ts';
import { changed, mustBeNumbersAndKinds, type Narrowing, onlyOf, revoke as revokeWhole } from './trust.ts';

const checks = createChecks();

interface AdmitOptions extends Narrowing {
  readonly key?: string;
  readonly yes?: boolean;
  readonly agents?: boolean;
}

export async function admit(
  context: Context,
  named: string,
  { key, yes, agents: withAgents, ...narrow }: AdmitOptions,
): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const agents = agentsGiven(withAgents === true, narrow);
  const view = await context.busy('syncing', freshView(world, folder));
  const { number: machine, name } = machineNamed(named, listedMachines(view.machines));
  const line = await shownKey(world, folder, machine);
  context.note(visibleText(`machine ${numberedName(machine, name)}  ${checks.fingerprint(line) ?? ''}`));
  const isGuest = guestsHere(world, folder).some((it) => it.machine === machine && it.key === line);
  const isKnown = readPin(world.home, folder.root)?.machines[machine]?.key === line;
  const how = isGuest ? 'it came by an invitation' : 'compare it with what coord trust shows on that machine';
  context.note(isKnown ? 'it is admitted with this key' : how);
  if (yes !== true && !isGuest && !isKnown) {
    if (!canAsk())
      throw new CoordError('USAGE', 'expected --yes: there is no terminal to ask on', `coord trust admit ${machine} --yes`);
    if (!(await confirmed('Is it the same?'))) return EXIT.failed;
  }
  const body = await changed(context, folder, key, (before) => {
    const known = before.machines[machine];
    // A new key is another's, until somebody says so of its agents too.
    const kept = known?.key === line ? known.agents : undefined;
    const given = agents ?? kept;
    const next: TrustedMachine = { key: line, ...(given === undefined ? {} : { agents: given }) };
    return { ...before, machines: { ...before.machines, [machine]: next } };
  });
  context.out(`machine ${machine} is admitted · version ${body.version}`);
  if (agents !== null) context.out(visibleText(`${agentsName(machine)} may place orders${onlyWords(agents)}`));
  return EXIT.done;
}

/** Null = nothing was said of agents. */
function agentsGiven(withAgents: boolean, narrow: Narrowing): Only | null {
  mustBeNumbersAndKinds(narrow, 'coord trust admit --help');
  const only = onlyOf(narrow);
  const isNarrow = Object.keys(only).length > 0;
  if (withAgents === isNarrow) return withAgents ? only : null;
  const expected = 'expected --agents together with --only, --kinds or --machines, which say what they may place';
  throw new CoordError(
    'USAGE',
    `${expected}; found ${withAgents ? '--agents alone' : 'no --agents'}`,
    'coord trust admit --help',
  );
}

interface RevokeOptions {
  readonly key?: string;
  readonly agents?: boolean;
}

export async function revoke(context: Context, who: string, { agents, ...options }: RevokeOptions): Promise<number> {
  return agents === true ? revokeAgents(context, who, options) : revokeWhole(context, who, options);
}

/** What its agents placed waits from then on; what the machine says counts as before. */
async function revokeAgents(context: Context, who: string, { key }: RevokeOptions): Promise<number> {
  const machine = who.replace(/^agents:/, '');
  const body = await changed(context, context.fleet(), key, (before) => {
    const { agents, ...known } = before.machines[machine] ?? { key: '' };
    if (agents === undefined) throw new CoordError('NOT_FOUND', `no agents of a machine ${who} may place orders`, 'coord trust');
    return { ...before, machines: { ...before.machines, [machine]: known } };
  });
  context.out(
    `${agentsName(machine)} place orders no more · version ${body.version} · what they signed and has not started waits: coord sign`,
  );
  return EXIT.done;
}
