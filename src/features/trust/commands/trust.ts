// coord trust
import { userInfo } from 'node:os';
import type { Context } from '../../../cli/context.ts';
import { canAsk, confirmed } from '../../../cli/input/confirm.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { listedMachines, machineNamed } from '../../../operations/machine/machine-named.ts';
import { freshView } from '../../../operations/orders/edit-orders.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { isPasskey, passkeyHost } from '../documents/passkey-line.ts';
import { type Principal, ROLES, type Role, rootsOf, type TrustBody } from '../documents/trust-document.ts';
import { shownKey } from '../operations/shown-key.ts';
import { accept, changeTrust, off as demandNone, found, notPinned, proposal } from '../operations/trust-on.ts';
import { createChecks } from '../system/checks.ts';
import { findPersonKey } from '../system/person-key.ts';
import { readPin, removePin } from '../system/trust-pin.ts';
import { keyGiven, mustBeNoPasskey } from './key-argument.ts';
import { foundLines, rootLines } from './trust-on-lines.ts';

const checks = createChecks();

export async function show(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const { home } = await context.world();
  const trust = readPin(home, folder.root);
  const demand = readPolicy(home, folder.root).trust;
  if (json) {
    context.out(
      visibleJson(JSON.stringify({ isSigned: demand !== undefined, signers: demand?.signers ?? null, trust }, null, 2)),
    );
    return EXIT.done;
  }
  context.out(visibleText(demandWords(demand, trust)));
  if (trust !== null) for (const line of trustLines(trust)) context.out(visibleText(line));
  return EXIT.done;
}

function demandWords(demand: { readonly signers: readonly string[] | null } | undefined, trust: TrustBody | null): string {
  if (demand === undefined)
    return 'open: whoever can push can order what the policy of this machine allows; to demand signatures: coord trust on';
  if (trust === null) return 'signed, but this machine has accepted no trust yet, so nothing starts: coord trust on';
  const whose = demand.signers === null ? '' : `, of ${demand.signers.join(', ')} alone`;
  return `signed: orders start here only with a signature${whose} · version ${trust.version} of the trust`;
}

function trustLines({ people, machines, threshold }: TrustBody): readonly string[] {
  const lines = Object.entries(people).flatMap(([name, { keys, roles, only }]) => [
    `  ${name}  ${roles.join(', ')}${only?.ids === undefined ? '' : ` · only ${only.ids.join(', ')}`}`,
    ...keys.map((key) => `    ${checks.fingerprint(key) ?? 'a key that cannot be read'}${hostWords(key)}`),
  ]);
  const nag =
    rootsOf({ people }) > threshold
      ? []
      : ['! one lost root key ends this trust: coord trust add <name> <key> --role root,order,approve'];
  const admitted = Object.entries(machines).map(([number, { key }]) => `  machine ${number}  ${checks.fingerprint(key) ?? ''}`);
  return [...lines, ...admitted, ...nag];
}

function hostWords(key: string): string {
  return isPasskey(key) ? ` · a passkey of pages on ${passkeyHost(key)}` : '';
}

interface OnOptions {
  readonly key?: string;
  readonly name?: string;
  readonly trust?: string;
  readonly yes?: boolean;
}

export async function on(context: Context, { key, name, trust: wanted, yes }: OnOptions): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const who = name ?? userInfo().username;
  const plan = await context.busy('syncing', proposal(world, folder, { file: key ?? null, name: who }));
  if (plan.kind === 'pinned') {
    accept(world, folder, plan.trust);
    context.out('signatures are demanded here');
    return EXIT.done;
  }
  if (plan.kind === 'found' && wanted !== undefined)
    throw new CoordError(
      'REFUSED',
      'no trust stands on the board that could be accepted',
      'coord trust on, where it is to be founded',
    );
  const lines = plan.kind === 'found' ? foundLines(plan) : rootLines(plan);
  for (const line of lines) context.note(visibleText(line));
  if (plan.kind === 'accept' && wanted !== undefined) {
    if (!plan.signers.has(wanted))
      throw new CoordError(
        'REFUSED',
        `${wanted} is no root key that signed the trust of this fleet: nothing was accepted`,
        'coord trust on',
      );
  } else if (yes !== true) {
    if (!canAsk()) throw new CoordError('USAGE', 'expected --yes: there is no terminal to ask on', 'coord trust on --yes');
    if (!(await confirmed(plan.kind === 'found' ? 'Found it?' : 'Is this the one that you know?'))) return EXIT.failed;
  }
  if (plan.kind === 'accept') accept(world, folder, plan.trust);
  else await context.busy('syncing', found(world, folder, plan));
  context.out('signatures are demanded here from now on');
  const { machine } = readIdentity(folder);
  if (plan.kind === 'found') context.out('on each other machine: coord trust on');
  else context.out(`so that others go by what it says, a root person: coord trust admit ${machine}`);
  return EXIT.done;
}

export async function off(context: Context): Promise<number> {
  demandNone(await context.world(), context.fleet());
  context.out('orders run here without signatures: whoever can push can order what the policy of this machine allows');
  return EXIT.done;
}

export async function reset(context: Context, { yes }: { readonly yes?: boolean }): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const ask = 'This machine forgets whom the fleet trusts, and starts nothing until coord trust on. Forget it?';
  if (yes !== true && !(await confirmed(ask))) return EXIT.failed;
  removePin(world.home, folder.root);
  context.out('forgotten; to accept a trust again: coord trust on');
  context.out('to found another one, people first take the files of coordination/trust/ off the board');
  return EXIT.done;
}

interface AddOptions {
  readonly role?: readonly string[];
  readonly only?: readonly string[];
  readonly key?: string;
}

export async function add(
  context: Context,
  name: string,
  file: string,
  { role = ['order', 'approve'], only, key }: AddOptions,
): Promise<number> {
  const folder = context.fleet();
  const roles = role.filter((it): it is Role => (ROLES as readonly string[]).includes(it));
  if (roles.length !== role.length || roles.length === 0)
    throw new CoordError('USAGE', `expected roles of ${ROLES.join(', ')}, found ${role.join(', ')}`, 'coord trust add --help');
  const line = keyGiven(file);
  if (roles.includes('root')) mustBeNoPasskey(line, '--role root');
  const body = await changed(context, folder, key, (before) => {
    const known = before.people[name];
    const keys = [...(known?.keys ?? []).filter((it) => checks.fingerprint(it) !== checks.fingerprint(line)), line];
    const next: Principal = {
      keys,
      roles: known === undefined ? roles : [...new Set([...known.roles, ...roles])],
      ...(only === undefined ? {} : { only: { ids: only } }),
    };
    return { people: { ...before.people, [name]: next }, machines: before.machines };
  });
  context.out(
    visibleText(`${name} is trusted with ${roles.join(', ')} · ${checks.fingerprint(line) ?? ''} · version ${body.version}`),
  );
  return EXIT.done;
}

export async function admit(
  context: Context,
  named: string,
  { key, yes }: { readonly key?: string; readonly yes?: boolean },
): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const view = await context.busy('syncing', freshView(world, folder));
  const { number: machine, name } = machineNamed(named, listedMachines(view.machines));
  const line = await shownKey(world, folder, machine);
  context.note(visibleText(`machine ${machine} ${name}  ${checks.fingerprint(line) ?? ''}`));
  context.note('compare it with what coord trust shows on that machine');
  if (yes !== true) {
    if (!canAsk())
      throw new CoordError('USAGE', 'expected --yes: there is no terminal to ask on', `coord trust admit ${machine} --yes`);
    if (!(await confirmed('Is it the same?'))) return EXIT.failed;
  }
  const body = await changed(context, folder, key, ({ people, machines }) => ({
    people,
    machines: { ...machines, [machine]: { key: line } },
  }));
  context.out(`machine ${machine} is admitted · version ${body.version}`);
  return EXIT.done;
}

export async function revoke(context: Context, who: string, { key }: { readonly key?: string }): Promise<number> {
  const folder = context.fleet();
  const body = await changed(context, folder, key, (before) => {
    const left = Object.entries(before.people).flatMap(([name, it]) => {
      const keys = name === who ? [] : it.keys.filter((line) => checks.fingerprint(line) !== who);
      return keys.length === 0 ? [] : [[name, { ...it, keys }] as const];
    });
    const people = Object.fromEntries(left);
    const machines = Object.fromEntries(Object.entries(before.machines).filter(([number]) => number !== who));
    if (JSON.stringify([people, machines]) === JSON.stringify([before.people, before.machines]))
      throw new CoordError('NOT_FOUND', `nobody is called ${who}, and nobody has such a key`, 'coord trust');
    return { people, machines };
  });
  context.out(
    visibleText(`${who} is trusted no more · version ${body.version} · what they signed and has not started waits: coord sign`),
  );
  return EXIT.done;
}

export async function rotate(context: Context, file: string, { key }: { readonly key?: string }): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  const pinned = readPin(world.home, folder.root);
  if (pinned === null) throw notPinned();
  const line = keyGiven(file);
  mustBeNoPasskey(line, 'coord trust rotate');
  const among = Object.values(pinned.people).flatMap(({ keys }) => keys.flatMap((it) => checks.fingerprint(it) ?? []));
  const own = await findPersonKey({ env: world.env, file: key ?? null, among });
  const body = await changed(context, folder, key, (before) => {
    const people = Object.entries(before.people).map(([name, it]) => {
      const keys = it.keys.map((known) => (checks.fingerprint(known) === own?.fingerprint ? line : known));
      return [name, { ...it, keys }] as const;
    });
    return { people: Object.fromEntries(people), machines: before.machines };
  });
  context.out(
    visibleText(
      `${checks.fingerprint(line) ?? ''} is in the place of ${own?.fingerprint ?? 'your key'} · version ${body.version} · sign again what has not started: coord sign`,
    ),
  );
  return EXIT.done;
}

async function changed(
  context: Context,
  folder: ReturnType<Context['fleet']>,
  file: string | undefined,
  change: Parameters<typeof changeTrust>[3],
): Promise<TrustBody> {
  return context.busy('syncing', changeTrust(await context.world(), folder, file ?? null, change));
}
