// coord trust, but for what shows it.
import { userInfo } from 'node:os';
import type { Context } from '../../../cli/context.ts';
import { canAsk, confirmed } from '../../../cli/input/confirm.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { WORK_KINDS } from '../../rules.ts';
import { type Only, type Principal, ROLES, type Role, type TrustBody } from '../documents/trust-document.ts';
import { mustBeOf, rootLines } from '../operations/board-trust.ts';
import { found, proposal } from '../operations/found-trust.ts';
import { accept, changeTrust, off as demandNone, notPinned } from '../operations/trust-on.ts';
import { createChecks } from '../system/checks.ts';
import { findPersonKey } from '../system/person-key.ts';
import { readPin, removePin } from '../system/trust-pin.ts';
import { keyGiven, mustBeNoPasskey } from './key-argument.ts';
import { showToBeSigned } from './show-to-be-signed.ts';
import { foundLines } from './trust-on-lines.ts';

const checks = createChecks();

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
  if (plan.kind === 'found') for (const it of plan.shown) showToBeSigned(context, it);
  const lines = plan.kind === 'found' ? foundLines(plan) : rootLines(plan);
  for (const line of lines) context.note(visibleText(line));
  if (plan.kind === 'accept' && wanted !== undefined) mustBeOf(plan, wanted);
  else if (yes !== true) {
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

export interface Narrowing {
  readonly only?: readonly string[];
  readonly kinds?: readonly string[];
  readonly machines?: readonly string[];
}

interface AddOptions extends Narrowing {
  readonly role?: readonly string[];
  readonly key?: string;
}

export async function add(
  context: Context,
  name: string,
  file: string,
  { role = ['order', 'approve'], key, ...narrow }: AddOptions,
): Promise<number> {
  const folder = context.fleet();
  const roles = role.filter((it): it is Role => (ROLES as readonly string[]).includes(it));
  if (roles.length !== role.length || roles.length === 0)
    throw new CoordError('USAGE', `expected roles of ${ROLES.join(', ')}, found ${role.join(', ')}`, 'coord trust add --help');
  mustBeNumbersAndKinds(narrow);
  const line = keyGiven(file);
  if (roles.includes('root')) mustBeNoPasskey(line, '--role root');
  const body = await changed(context, folder, key, (before) => {
    const known = before.people[name];
    const keys = [...(known?.keys ?? []).filter((it) => checks.fingerprint(it) !== checks.fingerprint(line)), line];
    const next: Principal = {
      keys,
      roles: known === undefined ? roles : [...new Set([...known.roles, ...roles])],
      ...narrowed(known?.only, narrow),
    };
    return { ...before, people: { ...before.people, [name]: next } };
  });
  context.out(
    visibleText(`${name} is trusted with ${roles.join(', ')} · ${checks.fingerprint(line) ?? ''} · version ${body.version}`),
  );
  return EXIT.done;
}

export function mustBeNumbersAndKinds({ kinds = [], machines = [] }: Narrowing, hint = 'coord trust add --help'): void {
  const wrong =
    kinds.find((it) => !(WORK_KINDS as readonly string[]).includes(it)) ?? machines.find((it) => !/^[1-9][0-9]{0,3}$/.test(it));
  if (wrong !== undefined)
    throw new CoordError('USAGE', `expected kinds of ${WORK_KINDS.join(', ')}, and numbers of machines, found ${wrong}`, hint);
}

export function onlyOf({ only, kinds, machines }: Narrowing): Only {
  return { ...(only && { ids: only }), ...(kinds && { kinds }), ...(machines && { machines }) };
}

/** A further key of somebody widens nothing that nobody spoke of. */
function narrowed(before: Only | undefined, narrow: Narrowing): Pick<Principal, 'only'> {
  const all = { ...before, ...onlyOf(narrow) };
  return Object.keys(all).length === 0 ? {} : { only: all };
}

export async function revoke(context: Context, who: string, { key }: { readonly key?: string }): Promise<number> {
  const folder = context.fleet();
  const body = await changed(context, folder, key, (before) => {
    const left = Object.entries(before.people).flatMap(([name, it]) => {
      const keys = name === who ? [] : it.keys.filter((line) => checks.fingerprint(line) !== who);
      return keys.length === 0 ? [] : [[name, { ...it, keys }] as const];
    });
    const people = Object.fromEntries(left);
    const without = <T>(all: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name !== who));
    const [machines, invited] = [without(before.machines), without(before.invited ?? {})];
    if (JSON.stringify([people, machines, invited]) === JSON.stringify([before.people, before.machines, before.invited ?? {}]))
      throw new CoordError('NOT_FOUND', `nobody is called ${who}, and nobody has such a key`, 'coord trust');
    return { people, machines, invited };
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
    return { ...before, people: Object.fromEntries(people) };
  });
  context.out(
    visibleText(
      `${checks.fingerprint(line) ?? ''} is in the place of ${own?.fingerprint ?? 'your key'} · version ${body.version} · sign again what has not started: coord sign`,
    ),
  );
  return EXIT.done;
}

export async function changed(
  context: Context,
  folder: ReturnType<Context['fleet']>,
  file: string | undefined,
  change: Parameters<typeof changeTrust>[3],
): Promise<TrustBody> {
  const { body, came } = await context.busy('syncing', changeTrust(await context.world(), folder, file ?? null, change));
  if (came.length > 0) context.note(`admitted for good, as it came by an invitation: machine ${came.join(', ')}`);
  return body;
}
