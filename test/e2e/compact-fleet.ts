// Fleets whose history can be shortened, and what is looked at in them.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { clockOff } from './clock-off.ts';
import type { Done, Fleet, TestMachine } from './fleet.ts';
import { two } from './two.ts';

const DAY_MS = 86_400_000;

export interface OldFleet {
  readonly fleet: Fleet;
  readonly mac: TestMachine;
  readonly pc: TestMachine;
  /** Of main, oldest first. */
  readonly old: readonly string[];
}

/** Two machines that have both said something on the newest main, after some history. */
export async function oldFleet(): Promise<OldFleet> {
  const { fleet, mac, pc } = await two();
  fleet.person().push({ 'coordination/fleet.yaml': 'heartbeat: 1h\n' });
  fleet.person().order([{ id: 'early', assign: 1, run: 'true' }]);
  await mac.ok('sync', '--wait');
  fleet.person().order([]);
  await said(mac, pc);
  return { fleet, mac, pc, old: historyOf(fleet) };
}

/** Each machine says something on the main that it sees: others then know that it saw it. */
export async function said(...machines: readonly TestMachine[]): Promise<void> {
  for (const machine of machines) {
    await machine.ok('sync');
    await machine.ok('send', '0', `seen by ${machine.name}`);
  }
}

export const main = (fleet: Fleet, branch = 'main') => fleet.git('rev-parse', `refs/heads/${branch}`);
export const historyOf = (fleet: Fleet, branch = 'main') =>
  fleet.git('rev-list', '--reverse', `refs/heads/${branch}`).split('\n');

/** `coord compact` as it is some days later. */
export function later(fleet: Fleet, machine: TestMachine, days: number, ...words: readonly string[]): Promise<Done> {
  return laterWith(fleet, machine, days, {}, ...words);
}

export function laterWith(
  fleet: Fleet,
  machine: TestMachine,
  days: number,
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Done> {
  return machine.coord(['compact', ...words], { env: { ...clockOff(fleet, days * DAY_MS), ...env } });
}

/** Commits that say that main was shortened. */
export function markers(fleet: Fleet): readonly string[] {
  const found = fleet.git('log', '--format=%H', '--grep=^Coord-Compacted', 'main');
  return found.split('\n').filter((line) => line !== '');
}

/** Announced, and seen by all. */
export async function announced({ fleet, mac, pc }: OldFleet): Promise<void> {
  const done = await later(fleet, mac, 40, '--keep', '30d');
  expect(done, done.stderr).toMatchObject({ code: 0 });
  await said(pc, mac);
}

/** The host lets go of what nothing refers to. */
export function letGo(fleet: Fleet): void {
  fleet.git('reflog', 'expire', '--expire=now', '--all');
  fleet.git('gc', '--quiet', '--prune=now');
}

/** What a `coord` gets for which a person edits and pushes once, right before main is replaced: `edit` is sh, in their clone. */
export function personFirst(fleet: Fleet, edit: string): Readonly<Record<string, string>> {
  const bin = join(fleet.root, 'bin');
  mkdirSync(bin);
  const person = fleet.person('quick');
  person.git('status');
  const real = `${fleet.git('--exec-path')}/git`;
  const script = `#!/bin/sh
case "$*" in *refs/coord/*) ;; *" push "*--force-with-lease=refs/heads/main:*)
  if mkdir ${fleet.root}/first 2>/dev/null; then
    cd ${person.clone} && git pull -q --rebase && ${edit} && git add . && git -c user.name=A -c user.email=a@b commit -qm Quick && git push -q origin HEAD:main
  fi;;
esac
exec ${real} "$@"
`;
  writeFileSync(join(bin, 'git'), script);
  chmodSync(join(bin, 'git'), 0o755);
  return { PATH: `${bin}:${process.env.PATH}` };
}
