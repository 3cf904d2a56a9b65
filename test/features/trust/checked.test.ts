// T11: what was checked once on a computer is not checked again there, by the processes that come after either.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { machineAt } from '../../machine/world.ts';
import { createPerson, endWorlds, worldOf } from './memory-fleet.ts';

const SPACE = 'coord-order@1';
const person = createPerson();
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'coord-checked-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
afterEach(endWorlds);

const path = () => join(home, 'trust', 'checked');
const noted = () => readFileSync(path(), 'utf8').split('\n').filter(Boolean);

/** As a process that has just begun, whose keys answer with what `verifies` says; undefined = as they are. */
async function newProcess(verifies?: () => boolean) {
  vi.resetModules();
  const sshsig = '../../../src/features/trust/system/sshsig.ts';
  vi.doUnmock(sshsig);
  if (verifies !== undefined)
    vi.doMock(sshsig, async (original) => ({ ...(await original<object>()), verifySshSig: () => verifies() }));
  const { createChecks, keepChecked } = await import('../../../src/features/trust/system/checks.ts');
  return { checks: createChecks(home), keep: () => keepChecked(home), digest: createChecks().digest };
}

test('T11 what was right is not checked again by the next process; what was wrong is', async () => {
  const signature = person.sign(SPACE, 'right');
  const first = await newProcess();
  expect(first.checks.verify(person.line, SPACE, 'right', signature)).toBe(true);
  expect(first.checks.verify(person.line, SPACE, 'wrong', signature)).toBe(false);
  first.keep();
  expect(noted()).toHaveLength(1);
  expect(statSync(path()).mode & 0o777).toBe(0o600);

  let asked = 0;
  const next = await newProcess(() => {
    asked += 1;
    return false;
  });
  expect(next.checks.verify(person.line, SPACE, 'right', signature)).toBe(true);
  expect(asked).toBe(0);
  for (const [line, space, text, signed] of [
    [person.line, SPACE, 'wrong', signature],
    [person.line, 'coord-word@1', 'right', signature],
    [createPerson().line, SPACE, 'right', signature],
    [person.line, SPACE, 'right', person.sign(SPACE, 'another')],
  ] as const)
    expect(next.checks.verify(line, space, text, signed)).toBe(false);
  expect(asked).toBe(4);
  expect(next.checks.verifyMachine(person.line, SPACE, 'right', signature)).toBe(false);
  next.keep();
  expect(noted()).toHaveLength(1);
});

test('T11 a memory that cannot be read, or was cut off, only costs time, and stays bounded', async () => {
  const signature = person.sign(SPACE, 'right');
  const first = await newProcess();
  first.checks.verify(person.line, SPACE, 'right', signature);
  first.keep();
  const [line = ''] = noted();
  writeFileSync(path(), `${line.slice(0, 30)}`);
  const second = await newProcess();
  expect(second.checks.verify(person.line, SPACE, 'right', signature)).toBe(true);
  second.keep();
  expect(noted()).toContain(line);

  writeFileSync(path(), Array.from({ length: 10_001 }, (_, at) => `${at.toString(16).padStart(64, '0')}\n`).join(''));
  const third = await newProcess();
  expect(third.checks.verify(person.line, SPACE, 'right', signature)).toBe(true);
  third.keep();
  expect(noted()).toHaveLength(5_001);

  rmSync(join(home, 'trust'), { recursive: true });
  writeFileSync(join(home, 'trust'), 'no folder');
  const last = await newProcess();
  expect(last.checks.verify(person.line, SPACE, 'right', signature)).toBe(true);
  last.keep();
});

test('T11 a machine notes the signature of an order once, and none of a beat', async () => {
  const fleet = await worldOf(2);
  const one = machineAt(fleet.world, 0);
  const other = machineAt(fleet.world, 1);
  fleet.place([{ id: 'job', assign: 1, run: 'true' }]);
  await other.cycle();
  await one.cycle();
  home = fleet.home(one);
  expect(noted()).toHaveLength(1);
  for (let look = 0; look < 3; look += 1) {
    fleet.world.pass(600_000);
    await other.cycle();
    await one.cycle();
  }
  expect(noted()).toHaveLength(1);
});
