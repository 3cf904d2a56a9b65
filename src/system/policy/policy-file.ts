// `policy.yaml` in coord's home: what the orders of each fleet folder may do on this computer (O10). Only this file decides.
// A file or an entry that cannot be read allows nothing.
import type { WorkKind } from '../../core/model/orders/order.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { WORK_KINDS } from '../../features/rules.ts';
import { POLICY_PART_NAMES, readPolicyParts, wordsUnsaid } from '../../features/system.ts';
import { belowHome, isWholePath } from '../files/home-path.ts';
import type { LocalPolicy } from './placement.ts';
import {
  type Entry,
  listIn,
  loadDocument,
  mustBeKnown,
  type PolicyDocument,
  policyEntries,
  saveDocument,
  wrong,
} from './policy-text.ts';
import { isSameRule, type PolicyList } from './policy-words.ts';

/** Of a fleet folder's entry; `mcp` is read by mcp-policy.ts. */
const NAMES: ReadonlySet<string> = new Set([
  ...['allow', 'folders', 'env', 'secrets', 'slots', 'timeout', 'wake', 'repos', 'mcp'],
  ...POLICY_PART_NAMES,
]);

const TIMEOUT_MAX_DEFAULT = '30d';

export function readPolicy(home: string, fleetRoot: string): LocalPolicy {
  const all = policyEntries(home);
  const entry = known(home, entryOf(home, fleetRoot, all)) ?? wordsUnsaid(home, fleetRoot);
  const words = (key: string) => listOf(home, key, entry[key]);
  const slots = entry.slots ?? 1;
  if (typeof slots !== 'number' || !Number.isInteger(slots) || slots < 0 || slots > 1000)
    throw wrong(home, 'slots', 'a whole number from 0 to 1000', slots);
  const { timeout = TIMEOUT_MAX_DEFAULT } = entry;
  const timeoutMsMax = typeof timeout === 'string' || typeof timeout === 'number' ? parseDuration(timeout) : null;
  if (timeoutMsMax === null) throw wrong(home, 'timeout', 'a duration such as 2h', timeout);
  const wake = entry.wake ?? false;
  if (typeof wake !== 'boolean') throw wrong(home, 'wake', 'true or false', wake);
  const allow = words('allow').filter((kind): kind is WorkKind => (WORK_KINDS as readonly string[]).includes(kind));
  const named = entry.folders === undefined ? ['~'] : words('folders');
  const vague = named.find((folder) => !isWholePath(folder));
  if (vague !== undefined) throw wrong(home, 'folders', 'whole paths, such as ~/app', vague);
  const folders = named.map(belowHome);
  const wrongAt = (key: string, expected: string, found: unknown) => wrong(home, key, expected, found);
  const secrets = secretFiles(home, entry);
  const limits = { slots, timeoutMsMax, ...readPolicyParts(entry, wrongAt) };
  return {
    allow,
    folders,
    env: words('env'),
    ...limits,
    secrets,
    wake,
    repos: words('repos'),
    fleets: Object.keys(all),
  };
}

/** Whole paths. Throws REFUSED. */
export function secretFiles(home: string, entry: Entry): readonly string[] {
  return listOf(home, 'secrets', entry.secrets).map(belowHome);
}

/** Adds a word to a list of this fleet's entry, or takes it out, however it is written there. Returns false when it already was so. */
export function changePolicy(home: string, fleetRoot: string, list: PolicyList, word: string, present: boolean): boolean {
  const document = loadPolicy(home, fleetRoot);
  const current = wordsIn(document, fleetRoot, list);
  const others = current.filter((other) => !isSameRule(list, word, other));
  if (others.length < current.length === present) return false;
  document.setIn(['fleets', fleetRoot, list], document.createNode(present ? [...current, word] : others, { flow: true }));
  saveDocument(home, document);
  return true;
}

/** As its owner wrote them. Throws REFUSED. */
export function policyWords(home: string, fleetRoot: string, list: PolicyList): readonly string[] {
  return wordsIn(loadPolicy(home, fleetRoot), fleetRoot, list);
}

function wordsIn(document: PolicyDocument, fleetRoot: string, list: PolicyList): string[] {
  const at = ['fleets', fleetRoot, list];
  return list === 'folders' && !document.hasIn(at) ? ['~'] : listIn(document, at);
}

/** O15: a tool that an agent may use without asking. Returns false when it already was so. */
export function changeAgentTool(home: string, fleetRoot: string, agent: string, rule: string, isAllowed: boolean): boolean {
  const document = loadPolicy(home, fleetRoot);
  const at = ['fleets', fleetRoot, 'agents', agent, 'allowed_tools'];
  const current = listIn(document, at);
  if (current.includes(rule) === isAllowed) return false;
  const rules = isAllowed ? [...current, rule] : current.filter((other) => other !== rule);
  document.setIn(at, document.createNode(rules, { flow: true }));
  saveDocument(home, document);
  return true;
}

/** W1. Returns false when it already was so. */
export function changeWake(home: string, fleetRoot: string, isAllowed: boolean): boolean {
  const document = loadPolicy(home, fleetRoot);
  const at = ['fleets', fleetRoot, 'wake'];
  if ((document.getIn(at) ?? false) === isAllowed) return false;
  document.setIn(at, isAllowed);
  saveDocument(home, document);
  return true;
}

/** Lays down an entry for a fleet folder that allows nothing (O10); an entry that is there stays. */
export function addPolicyEntry(home: string, fleetRoot: string, slots: number): void {
  if (policyEntry(home, fleetRoot) === null) renewPolicyEntry(home, fleetRoot, slots);
}

/** The same in the place of an entry that is there; signatures that were demanded stay so. Returns the names of what it said otherwise. Throws REFUSED. */
export function renewPolicyEntry(home: string, fleetRoot: string, slots: number): readonly string[] {
  const demand = readPolicy(home, fleetRoot).trust === undefined ? {} : { trust: 'signed' };
  const fresh: Entry = { ...demand, allow: [], folders: ['~'], slots };
  const before = policyEntry(home, fleetRoot) ?? {};
  const document = loadDocument(home);
  document.setIn(['fleets', fleetRoot], document.createNode({}));
  for (const [key, value] of Object.entries(fresh))
    document.setIn(['fleets', fleetRoot, key], document.createNode(value, { flow: true }));
  saveDocument(home, document);
  return Object.keys(before).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(fresh[key]));
}

/** Takes a fleet folder's entry out; what others may do stays as it is. */
export function removePolicyEntry(home: string, fleetRoot: string): void {
  const document = loadDocument(home);
  if (document.deleteIn(['fleets', fleetRoot])) saveDocument(home, document);
}

/** Null = there is none. Throws REFUSED. */
export function policyEntry(home: string, fleetRoot: string): Entry | null {
  return entryOf(home, fleetRoot, policyEntries(home));
}

function entryOf(home: string, fleetRoot: string, all: Entry): Entry | null {
  const other = Object.keys(all).find((name) => name !== fleetRoot && belowHome(name) === fleetRoot);
  if (other !== undefined) throw wrong(home, 'fleets', fleetRoot, other);
  const entry = all[fleetRoot];
  if (entry === undefined) return null;
  if (!isRecord(entry)) throw wrong(home, fleetRoot, 'a map such as { allow: [shell] }', entry);
  return entry;
}

/** The same, and throws REFUSED for a name that is not known. */
export function knownEntry(home: string, fleetRoot: string): Entry | null {
  return known(home, policyEntry(home, fleetRoot));
}

function known(home: string, entry: Entry | null): Entry | null {
  if (entry !== null) mustBeKnown(home, entry, NAMES);
  return entry;
}

/** Sets a word of this fleet's entry, or takes it out (null); comments and layout stay. */
export function setInPolicy(home: string, fleetRoot: string, at: readonly string[], value: boolean | string | null): void {
  const document = loadEntry(home, fleetRoot);
  if (value === null) document.deleteIn(['fleets', fleetRoot, ...at]);
  else document.setIn(['fleets', fleetRoot, ...at], value);
  saveDocument(home, document);
}

function listOf(home: string, key: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw wrong(home, key, 'a list of words', value);
}

/** To be changed. Throws REFUSED where what a command changes there would not be in force. */
function loadPolicy(home: string, fleetRoot: string): PolicyDocument {
  readPolicy(home, fleetRoot);
  return loadEntry(home, fleetRoot);
}

/** The same of what is changed to mend a word, or is read by itself: the names in the entry are right. */
function loadEntry(home: string, fleetRoot: string): PolicyDocument {
  const entry = knownEntry(home, fleetRoot);
  const document = loadDocument(home);
  if (entry === null)
    for (const [key, word] of Object.entries(wordsUnsaid(home, fleetRoot))) document.setIn(['fleets', fleetRoot, key], word);
  return document;
}
