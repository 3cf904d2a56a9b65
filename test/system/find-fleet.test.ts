// Which fleet a command acts on: what is named, what it stands in, and only then the one of this computer.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFleet, findFleetHere, fleetCalled, type WhichFleet } from '../../src/system/fleet/find-fleet.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { chooseDefault, defaultFleet, fleetsHere, forgetDefault } from '../../src/system/fleet/fleets-here.ts';
import { addPolicyEntry, removePolicyEntry } from '../../src/system/policy/policy-file.ts';

let scratch: string;
let coordHome: string;
let nowhere: string;

beforeEach(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'coord-find-')));
  coordHome = join(scratch, 'coord-home');
  nowhere = join(scratch, 'nowhere');
  mkdirSync(nowhere);
});

afterEach(() => rmSync(scratch, { recursive: true }));

/** A folder in which this computer has joined a fleet, with what its last sync left. */
function joined(folder: string, view: object = {}): string {
  const at = fleetFolderAt(join(scratch, folder));
  mkdirSync(at.state, { recursive: true });
  writeFileSync(at.identity, '{}');
  writeFileSync(at.view, JSON.stringify({ self: { fleet: null, machine: 1 }, machines: { 1: { state: 'IDLE' } }, ...view }));
  addPolicyEntry(coordHome, at.root, 1);
  return at.root;
}

const named = (fleet: string | null) => ({ self: { fleet, machine: 1 } });

function which({ env = {}, ...more }: Partial<WhichFleet> = {}): WhichFleet {
  return { dir: undefined, fleet: undefined, cwd: nowhere, ...more, env: { COORD_HOME: coordHome, ...env } };
}

const found = (options: Partial<WhichFleet> = {}) => {
  const { folder, isElsewhere } = findFleet(which(options));
  return [folder.root, isElsewhere];
};
const refused = (options: Partial<WhichFleet>, ...parts: readonly string[]) => {
  for (const part of parts) expect(() => findFleet(which(options))).toThrow(part);
  expect(() => findFleet(which(options))).toThrow(expect.objectContaining({ code: 'NO_FLEET', exitCode: 3 }));
};

test('--dir, then --fleet, then COORD_DIR, then the folder that one stands in, then the default', () => {
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => joined(name)) as [string, string, string, string, string];
  chooseDefault(coordHome, fleetFolderAt(e));
  const env = { COORD_DIR: c };
  expect(found({ dir: a, fleet: 'b', env, cwd: d })).toEqual([a, false]);
  expect(found({ fleet: 'b', env, cwd: d })).toEqual([b, false]);
  expect(found({ env, cwd: d })).toEqual([c, false]);
  expect(found({ cwd: join(d, 'coordination') })).toEqual([d, false]);
  expect(found()).toEqual([e, true]);
  // An empty variable is one that is not set.
  expect(found({ env: { COORD_DIR: '' }, cwd: join(d, 'coordination') })).toEqual([d, false]);
  refused({ dir: nowhere, fleet: 'b' }, `${nowhere} is no fleet folder`);
  refused({ env: { COORD_DIR: nowhere } }, `${nowhere} is no fleet folder`);
});

test('the only fleet of this computer is found from anywhere; of several, none is guessed', () => {
  refused({}, `no fleet here: neither ${nowhere}`);
  const home = joined('home');
  expect(found()).toEqual([home, true]);
  joined('work', named('The Works'));
  refused({}, `${nowhere} lies in no fleet; this computer has 2 fleets: home (${home}), The Works (${join(scratch, 'work')})`);
  expect(() => findFleet(which())).toThrow(
    expect.objectContaining({ hint: 'coord use, which lists them; or coord --fleet <fleet> …' }),
  );
});

test('R3 of several with one name, the one is suggested that goes on, then the one that looked last', () => {
  const looked = (root: string, hour: number) => {
    const at = join(fleetFolderAt(root).state, 'clone.git');
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'FETCH_HEAD'), 'x');
    utimesSync(join(at, 'FETCH_HEAD'), hour * 3600, hour * 3600);
  };
  const suggested = (options: Partial<WhichFleet> = {}) => {
    try {
      return findFleet(which(options));
    } catch (error) {
      return (error as { hint?: string }).hint;
    }
  };
  const old = joined('old', named('home'));
  looked(old, 1);
  looked(joined('new', named('home')), 2);
  expect(suggested({ fleet: 'home' })).toBe(`coord --dir ${join(scratch, 'new')} …`);
  // Its next sync found that another folder writes as its machine.
  joined('old', { ...named('home'), sync: { duplicate: 'a-commit' } });
  looked(old, 3);
  expect(suggested({ fleet: 'home' })).toBe(`coord --dir ${join(scratch, 'new')} …`);
  chooseDefault(coordHome, fleetFolderAt(join(scratch, 'gone')));
  expect(suggested()).toBe('coord use, which lists them');
});

test('a folder that was moved is said to be gone, with what helps where it was moved', () => {
  const home = joined('home');
  renameSync(home, join(scratch, 'moved'));
  refused({}, `; gone: ${home}`);
  const hint = 'cd to where it is now, if it was moved; else coord init <url>, or coord join <url>';
  expect(() => findFleet(which())).toThrow(expect.objectContaining({ hint }));
  expect(found({ cwd: join(scratch, 'moved') })).toEqual([join(scratch, 'moved'), false]);
});

test.each([
  'COORD_ORDER',
  'COORD_RUN_KEY',
  'COORD_PROGRAM',
  'COORD_ALERT_KIND',
])('what coord has started, known by %s, acts on no fleet that it is not told of', (name) => {
  const home = joined('home');
  chooseDefault(coordHome, fleetFolderAt(home));
  const env = { [name]: 'x' };
  refused({ env }, `no fleet here: neither ${nowhere} nor a folder above it holds .coord/fleet.json`);
  expect(() => findFleet(which({ env }))).not.toThrow('home');
  expect(found({ env, cwd: home })).toEqual([home, false]);
  expect(found({ env, dir: home })).toEqual([home, false]);
  expect(found({ env, fleet: 'home' })).toEqual([home, false]);
});

test('O7 a run acts on its own fleet, behind what is named and where it stands', () => {
  const [home, work] = [joined('home'), joined('work')];
  chooseDefault(coordHome, fleetFolderAt(work));
  const progress = join(fleetFolderAt(home).runs, 'x@1.1', 'progress.json');
  const env = { COORD_ORDER: 'x', COORD_PROGRESS: progress };
  expect(found({ env })).toEqual([home, false]);
  expect(found({ env, cwd: work })).toEqual([work, false]);
  expect(found({ env, fleet: 'work' })).toEqual([work, false]);
  expect(found({ env: { ...env, COORD_DIR: work } })).toEqual([work, false]);
  expect(() => findFleetHere(which({ env }))).toThrow(expect.objectContaining({ code: 'NO_FLEET' }));
  for (const path of [join(home, 'progress.json'), join(scratch, '.coord', 'runs', 'x@1.1', 'progress.json')])
    refused({ env: { ...env, COORD_PROGRESS: path } }, 'no fleet here');
});

test('a server that stays, and leaving, take no other fleet of this computer', () => {
  const home = joined('home');
  expect(() => findFleetHere(which())).toThrow(expect.objectContaining({ code: 'NO_FLEET', hint: 'coord --fleet home …' }));
  expect(findFleetHere(which({ cwd: home })).root).toBe(home);
  expect(findFleetHere(which({ fleet: 'home' })).root).toBe(home);
});

test('whoever stands in a fleet folder that has lost its identity means no other fleet', () => {
  const [home, work] = [joined('home'), joined('work')];
  rmSync(fleetFolderAt(home).identity);
  for (const cwd of [home, fleetFolderAt(home).state]) refused({ cwd }, `${home} was a fleet folder: expected ${home}/.coord`);
  expect(found()).toEqual([work, true]);
  expect(found({ cwd: home, fleet: 'work' })).toEqual([work, false]);
});

test('a folder that is gone, or that this machine has left, is not offered; each folder counts once', () => {
  const home = joined('home');
  joined('left', { machines: { 1: { state: 'LEFT' } } });
  const work = joined('work');
  symlinkSync(work, join(scratch, 'link'));
  addPolicyEntry(coordHome, join(scratch, 'link'), 1);
  expect(fleetsHere(coordHome).map(({ name }) => name)).toHaveLength(2);
  renameSync(work, join(scratch, 'unplugged'));
  expect(found()).toEqual([home, true]);
  renameSync(home, join(scratch, 'unplugged too'));
  refused({}, `gone: ${home}`, work);
});

test('a default that is gone is said, and no other fleet takes its place', () => {
  const [home, work] = [joined('home'), joined('work')];
  chooseDefault(coordHome, fleetFolderAt(work));
  expect(readFileSync(join(coordHome, 'default-fleet'), 'utf8')).toBe(`${work}\n`);
  expect(found()).toEqual([work, true]);
  rmSync(work, { recursive: true });
  refused({}, `the default fleet of this computer is gone: expected ${work}/.coord/fleet.json`, `there is home (${home})`);
  expect(() => findFleet(which())).toThrow(expect.objectContaining({ hint: 'coord use home' }));
  expect(found({ fleet: 'home' })).toEqual([home, false]);
  forgetDefault(coordHome, fleetFolderAt(home));
  expect(defaultFleet(coordHome)?.root).toBe(work);
  forgetDefault(coordHome, fleetFolderAt(work));
  expect(found()).toEqual([home, true]);
});

test('--fleet takes the name in fleet.yaml, of the folder, or the folder; what two are called names none', () => {
  const [home, work] = [joined('home', named('Villa')), joined('work', named(null))];
  for (const fleet of ['Villa', 'home', home, '../home']) expect(found({ fleet }), fleet).toEqual([home, false]);
  expect(found({ fleet: 'work' })).toEqual([work, false]);
  refused({ fleet: 'villa' }, 'no fleet on this computer is called villa: expected Villa (');
  // Whoever can push to a repo names its fleet: that must not lead a command astray.
  writeFileSync(fleetFolderAt(home).view, JSON.stringify(named('work')));
  refused({ fleet: 'work' }, `several fleets on this computer are called work: work (${home}), work (${work})`);
  // What chooses one of them has to say it in its own way: it does not look at --dir.
  expect(() => fleetCalled('work', home, coordHome, (folder) => `coord use ${folder}`)).toThrow(
    expect.objectContaining({ hint: `coord use ${home}` }),
  );
  expect(() => findFleet(which())).toThrow(
    expect.objectContaining({ hint: 'coord use, which lists them; or coord --fleet <fleet> …' }),
  );
});

test('a view that cannot be read, and one of another version, leave the name of the folder', () => {
  const home = joined('home');
  for (const text of ['', '{', 'null', '{"self":5,"machines":[]}', '{"self":{"fleet":7}}']) {
    writeFileSync(fleetFolderAt(home).view, text);
    expect(fleetsHere(coordHome).map(({ name }) => name)).toEqual(['home']);
  }
  removePolicyEntry(coordHome, home);
  expect(fleetsHere(coordHome)).toEqual([]);
});

test('O10 a folder by another of its names is the one that this computer knows, and has its policy', () => {
  const root = joined('fleet');
  symlinkSync(root, join(scratch, 'link'));
  mkdirSync(join(root, 'below'));
  for (const by of [{ dir: join(scratch, 'link') }, { cwd: join(scratch, 'link') }, { cwd: join(scratch, 'link', 'below') }])
    expect(found(by)).toEqual([root, false]);
  expect(found({ env: { COORD_DIR: join(scratch, 'link') } })).toEqual([root, false]);
});

test('O10 a folder that is known by its link is found by its real name too', () => {
  mkdirSync(join(scratch, 'real'));
  symlinkSync(join(scratch, 'real'), join(scratch, 'short'));
  const root = joined('short');
  expect(found({ cwd: join(scratch, 'real') })).toEqual([root, false]);
});

test('a policy that cannot be read keeps nobody from the folder that they stand in or name', () => {
  const root = joined('fleet');
  rmSync(join(coordHome, 'policy.yaml'));
  mkdirSync(join(coordHome, 'policy.yaml'));
  expect(found({ cwd: root })).toEqual([root, false]);
  expect(found({ dir: root })).toEqual([root, false]);
});
