// R1, R5, D1, D2, D3: judged by every move of a ref on the hub. Main only leads on; a machine changes nothing there but copies of
// what the owners said in their lanes, derived documents, and people's edits out of its own outbox, each of them once; no copy
// goes back; whatever is published can be read.
import type { RefUpdate } from '../../src/core/model/ledger/push.ts';
import { claimName } from '../../src/core/model/orders/claim.ts';
import type { RunName } from '../../src/core/model/orders/run.ts';
import type { Parsed } from '../../src/core/model/status/fault.ts';
import { ownerOf } from '../../src/documents/documents.ts';
import { parseMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { parseResults } from '../../src/documents/machine/results.ts';
import { parseResultsPage } from '../../src/documents/machine/results-pages.ts';
import { parseMessageLog } from '../../src/documents/messages/message-log.ts';
import { parseOrders } from '../../src/documents/orders/orders.ts';
import { FLEET_PATH, messagesOf, ORDERS_PATH, resultsOf, STATUS_PATH } from '../../src/documents/paths.ts';
import type { LaneChecks } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { type Entry, ROUTED } from './people.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { judged, type Told, type Truth } from './truth.ts';
import { assignIn, NO_FILE, readVersion, stepEntries, type Version } from './versions.ts';

export interface BoardChecks {
  onMove(computer: Computer, update: RefUpdate, before: string | null): Promise<void>;
  /** People, or the host's owner, moved main. */
  onPeople(): Promise<void>;
  /** Somebody put that on a lane that is nobody's: it counts as what its owner said. */
  onForged(commit: string): void;
}

type Files = ReadonlyMap<string, string>;

export function createBoardChecks(truth: Truth, hub: SimHub, lanes: LaneChecks): BoardChecks {
  const said = new Set<string>();
  const readable = new Set<string>();
  const landed = new Set<string>();
  let main: Files = new Map();
  let listed: ReadonlyMap<string, unknown> = new Map();
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  const textOf = async (id: string): Promise<string> => {
    const blob = (await hub.eye.read([id])).get(id);
    return blob?.kind === 'text' ? blob.text : '';
  };
  const mustRead = async (who: string, path: string, id: string) => {
    if (readable.has(id)) return;
    readable.add(id);
    // One in eight: reading is what a seed spends its time on, and every reader's faults stand on the board in the end.
    if (!/^[01]/.test(id)) return;
    judged(truth, 'documents read');
    const problem = problemOf(path, await textOf(id));
    if (problem !== null) violated('D3', `${who} published ${path}, and ${problem}`);
  };
  const good = new Map<string, boolean>();
  const isGood = async (path: string, id: string): Promise<boolean> => {
    const is = good.get(id) ?? problemOf(path, await textOf(id)) === null;
    good.set(id, is);
    return is;
  };
  const filesOf = (commit: string): Files => {
    const below = [...hub.filesOf(commit)].filter(([path]) => path.startsWith('coordination/'));
    return new Map(below.map(([path, { id }]) => [path.slice('coordination/'.length), id]));
  };
  const noteResults = async (id: string): Promise<Told> => {
    const told = truth.toldInBlob.get(id) ?? toldBy(await textOf(id));
    truth.toldInBlob.set(id, told);
    return told;
  };
  const takeMain = async (): Promise<{ parent: string | null; before: Files }> => {
    const fetched = await hub.eye.fetch(null);
    const commit = fetched.kind === 'fetched' ? fetched.trees.main : null;
    const before = main;
    main = new Map([...(commit?.entries ?? [])].map(([path, { id }]) => [path, id]));
    if (commit !== null) lanes.onMain(commit.commit, commit.parent);
    for (const [path, id] of main) if (path.startsWith('results/')) await noteResults(id);
    const [orders, fleet] = [main.get(ORDERS_PATH), main.get(FLEET_PATH)];
    if (commit === null) return { parent: null, before };
    const isNew = orders !== before.get(ORDERS_PATH) || fleet !== before.get(FLEET_PATH);
    const parent = truth.versions.get(commit.parent ?? '');
    const text = !isNew || orders === undefined ? null : await textOf(orders);
    const isFile = commit.entries.get(FLEET_PATH)?.mode === '100644';
    const fleetText = !isNew || fleet === undefined ? null : isFile ? await textOf(fleet) : NO_FILE;
    const version =
      truth.versions.get(commit.commit) ?? (isNew || parent === undefined ? readVersion(parent, text, fleetText) : parent);
    truth.versions.set(commit.commit, version);
    if (text !== null) listed = note(truth, listed, text, version);
    return { parent: commit?.parent ?? null, before };
  };
  return {
    async onMove(computer, update, before) {
      if (update.what === 'claim') return;
      const { ref, commit } = update;
      const who = `${computer.name} ${commit.slice(0, 7)}`;
      judged(truth, ref === MAIN ? 'boards that moved' : 'lanes that moved');
      if (ref !== MAIN) {
        lanes.onLane(computer, update, before);
        const machine = Number(ref.split('/').at(-1));
        truth.toldIn.set(commit, await noteResults(filesOf(commit).get(`results/${machine}.json`) ?? ''));
        for (const [path, id] of filesOf(commit)) {
          const owner = ownerOf(path);
          if (owner?.kind !== 'machine' || owner.machine !== machine) violated('D1', `${who}: ${path} in lane ${machine}`);
          said.add(`${path} ${id}`);
          await mustRead(who, path, id);
        }
        return;
      }
      const listedBefore = listed;
      const { parent, before: files } = await takeMain();
      if (parent !== before)
        violated('R1', `${who} moved main from ${before?.slice(0, 7)}, and its parent is ${parent?.slice(0, 7)}`);
      for (const path of new Set([...files.keys(), ...main.keys()])) {
        const id = main.get(path);
        if (files.get(path) === id) continue;
        const owner = ownerOf(path);
        if (owner?.kind === 'machine' && id !== undefined) {
          if (!said.has(`${path} ${id}`) && !isOwnWord(computer, path, id))
            violated('D1', `${who} put something into ${path} on main that its owner never said`);
          if (path.startsWith('COMPUTER_')) await mustNotGoBack(who, path, files, id);
        } else if (path === FLEET_PATH) mayPause(computer, who);
        else if (owner?.kind === 'people' && path !== ORDERS_PATH) violated('D1', `${who} changed ${path}`);
        else if (owner?.kind === 'people' && computer.number !== 0) mayChangeOrders(computer, who, listedBefore);
        if (id !== undefined) await mustRead(who, path, id);
      }
    },
    async onPeople() {
      await takeMain();
    },
    onForged(commit) {
      for (const [path, id] of filesOf(commit)) said.add(`${path} ${id}`);
    },
  };

  /** Lane and main of one push: main may be taken first. */
  function isOwnWord(computer: Computer, path: string, id: string): boolean {
    const owner = ownerOf(path);
    const isOwn =
      owner?.kind === 'machine' &&
      (owner.machine === computer.number || computer.number === 0 || owner.machine === computer.removes);
    if (isOwn) said.add(`${path} ${id}`);
    return isOwn;
  }

  /** D2: seq of a copy on main never falls by a machine's hand. */
  async function mustNotGoBack(who: string, path: string, files: Files, after: string) {
    const before = files.get(path);
    if (before === undefined) return;
    const resultsPath = path.replace('COMPUTER_', 'results/').replace('.md', '.json');
    const results = files.get(resultsPath);
    // What people spoilt on main counts no more than it did (D4): the lane's word does.
    if (results === undefined || !(await isGood(resultsPath, results))) return;
    const seqOf = (text: string) => Number(/^seq: ([0-9]+)$/m.exec(text)?.[1] ?? Number.NaN);
    judged(truth, 'own copies on the board');
    const [older, newer] = [seqOf(await textOf(before)), seqOf(await textOf(after))];
    if (older > newer && older < 1e12) violated('D2', `${who} put ${path} back from seq ${older} to ${newer}`);
  }

  function mayPause({ disk, number }: Computer, who: string) {
    const asked = disk.outbox.some((it) => 'edit' in it && (it.edit.kind === 'pause' || it.edit.kind === 'resume'));
    if (number !== 0 && !asked) violated('D1', `${who} changed fleet.yaml, and nobody there asked for it`);
  }

  function mayChangeOrders(computer: Computer, who: string, before: ReadonlyMap<string, unknown>) {
    const edits = computer.disk.outbox.flatMap((intention) => ('edit' in intention ? [intention.edit] : []));
    if (edits.length === 0) violated('D1', `${who} changed ORDERS.json, and nobody there asked for it`);
    for (const id of listed.keys()) {
      if (before.has(id)) continue;
      if (!edits.some((edit) => edit.kind === 'add' && edit.order.id === id))
        violated('D1', `${who} added ${id} to ORDERS.json, and nobody there asked for it`);
      if (landed.has(id) && !truth.rewritten) violated('R5', `${who} added ${id} to ORDERS.json again: that edit had landed`);
      landed.add(id);
    }
    for (const id of before.keys()) {
      if (!listed.has(id) && !edits.some((edit) => edit.kind === 'remove' && edit.id === id))
        violated('D1', `${who} took ${id} out of ORDERS.json, and nobody there asked for it`);
    }
  }
}

/** What people can have meant by any version of ORDERS.json that main ever had. */
function note(truth: Truth, before: ReadonlyMap<string, unknown>, text: string, version: Version): ReadonlyMap<string, unknown> {
  const { value } = parseOrders(text);
  if (value === null) return before;
  const { orders } = JSON.parse(text) as { orders: Partial<Entry>[] };
  const { template } = version;
  if (template !== null) truth.templates.set(template.v, template);
  const uses = version.template === null ? [] : [...version.entries.values()].filter((entry) => entry?.use !== undefined);
  for (const entry of [...orders, ...uses.flatMap((use) => (use === null ? [] : stepEntries(use, template?.steps ?? [])))]) {
    const { id = '', generation = 1, attempts = 1, cancelled, env = {}, schedule } = entry;
    const key = `${id}@${generation}`;
    const meant = truth.meant.get(key) ?? {
      ...{ assigns: new Set<string>(), attemptsMax: 0, needs: [], isFree: false },
      ...{ schedules: new Set<string>(), isAlwaysScheduled: true, isAlwaysTriggered: true },
    };
    const assign = assignIn(version, { ...entry, assign: entry.assign ?? (entry.type === undefined ? 'any' : ROUTED) });
    if (assign !== undefined) meant.assigns.add(JSON.stringify(assign));
    meant.needs = Object.keys(env);
    meant.attemptsMax = Math.max(meant.attemptsMax, attempts);
    if (!entry.approval || entry.approved) meant.isFree = true;
    if (schedule === undefined) meant.isAlwaysScheduled = false;
    else meant.schedules.add(schedule);
    if (entry.on === undefined) meant.isAlwaysTriggered = false;
    truth.meant.set(key, meant);
    if (cancelled) for (const one of [id, ...stepsEver(truth, id)]) truth.cancelled.add(one);
  }
  const listed = orders.flatMap((order): [string, unknown][] => (order.id === undefined ? [] : [[order.id, order]]));
  // D4: an entry without an id may be any of them.
  if (listed.length < orders.length) return new Map([...before, ...listed]);
  const now = new Map(listed);
  for (const id of before.keys()) if (!now.has(id)) for (const one of [id, ...stepsEver(truth, id)]) truth.removed.add(one);
  return now;
}

/** What an order of this id would be by any version of the template. */
function stepsEver({ templates }: Truth, id: string): readonly string[] {
  return [...templates.values()].flatMap(({ steps }) => steps.map((step) => `${id}.${step.id}`));
}

function toldBy(text: string): Told {
  const { value } = parseResults(text, 'results/1.json');
  const ends = [...(value?.ended ?? []), ...(value?.older ?? [])];
  const names = (runs: readonly RunName[]) => new Set(runs.map(claimName));
  return {
    running: names(value?.running ?? []),
    ended: names(ends),
    completed: names(ends.filter(({ state }) => state === 'COMPLETED')),
    asks: names(ends.filter(({ asks }) => asks === true)),
  };
}

function problemOf(path: string, text: string): string | null {
  const faultOf = ({ faults }: Parsed<unknown>) => {
    const fault = faults.find(({ level }) => level === 'fault');
    return fault === undefined ? null : `line ${fault.line}: expected ${fault.expected}, found ${fault.found}`;
  };
  if (/^[<>=]{7}/m.test(text)) return 'it holds a conflict marker';
  if (path === STATUS_PATH || path.endsWith('.schema.json')) {
    try {
      JSON.parse(text);
      return null;
    } catch (error) {
      return `it is no JSON: ${error}`;
    }
  }
  if (path === ORDERS_PATH) return parseOrders(text).value === null ? 'it does not parse' : null;
  if (path.startsWith('COMPUTER_')) return faultOf(parseMachineDocument(text, path));
  if (path.startsWith('results/'))
    return faultOf(resultsOf(path)?.page == null ? parseResults(text, path) : parseResultsPage(text, path));
  return messagesOf(path) === null ? null : faultOf(parseMessageLog(text, path));
}
