// `policy.yaml` in coord's home: what the orders of each fleet folder may do on this computer (O10). Only this file decides.
// A file or an entry that cannot be read allows nothing. Edits keep the person's comments and layout.
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Document, isMap, isSeq, parseDocument } from 'yaml';
import type { WorkKind } from '../../core/model/orders/order.ts';
import { unknownFieldSentence } from '../../core/model/orders/unknown-field.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { unknownField } from '../../documents/json/unknown-field.ts';
import { parseDuration } from '../../documents/text/duration.ts';
import { readYaml } from '../../documents/yaml/yaml-text.ts';
import { CoordError } from '../../errors.ts';
import { WORK_KINDS } from '../../features/rules.ts';
import { POLICY_PART_NAMES, readPolicyParts } from '../../features/system.ts';
import { writeDurably } from '../files/durable-file.ts';
import { readText } from '../files/read-if-there.ts';
import type { LocalPolicy } from './placement.ts';

export type PolicyList = 'allow' | 'folders' | 'env' | 'repos';

/** Of a fleet folder's entry; `mcp` is read by mcp-policy.ts. */
const NAMES: ReadonlySet<string> = new Set([
  ...['allow', 'folders', 'env', 'secrets', 'slots', 'timeout', 'wake', 'repos', 'mcp'],
  ...POLICY_PART_NAMES,
]);

const TIMEOUT_MS_MAX_DEFAULT = 30 * 24 * 3_600_000;

const HEAD = `What orders may do on this computer, for each fleet folder. Only this file decides: nothing in a repo can change it.
  allow:   kinds of work: ${WORK_KINDS.join(', ')}. Empty: nothing runs.
  folders: a run begins in one of these, or below. An agent works only below those that are named: the home folder (~) is none for it.
  env:     variables that orders may set although they change which code runs, such as PATH.
  secrets: files of NAME=value lines, a relative path from the home folder; every run gets them, and their values are hidden in what is reported.
  slots:   runs at once.       timeout: no run may take longer.
  wake:    true: other machines may wake this one, and it wakes them.
  agents:  what AI agents may do beyond editing files in their folder (docs/agents.md).
  budget:  what runs of agents may cost together: { usd_per_day: 5, usd_per_month: 100 }; also tokens_per_day, tokens_per_month.
  repos:   git repos that orders with a workspace may work in and push to (docs/workspaces.md).
  workspaces: { max: 8, disk: 20GB }: what such workspaces may take here.
  artifacts: true: files of runs that orders name are published in the repo (docs/artifacts.md).
  artifact_command: [program, …]: keeps files that are too large for that; it gets path, name and SHA-256.
  trust:   signed: orders run only if somebody signed them whom the fleet trusts; { signers: [anna] }: only anna's (docs/trust.md).
  mcp:     what AI agents may do through coord mcp: { send: true }, and nothing else, where nothing is said.
Written by coord join, coord allow and coord deny; edit it as you like.`;

export function policyPath(home: string): string {
  return join(home, 'policy.yaml');
}

export function readPolicy(home: string, fleetRoot: string): LocalPolicy {
  const path = policyPath(home);
  const all = policyEntries(home);
  const own = all[fleetRoot];
  const entry = isRecord(own) ? own : null;
  mustBeKnown(path, entry ?? {});
  const words = (key: string) => listOf(path, key, entry?.[key]);
  const slots = entry?.slots ?? 1;
  if (typeof slots !== 'number' || !Number.isInteger(slots) || slots < 0 || slots > 1000)
    throw wrong(path, 'slots', 'a whole number from 0 to 1000', slots);
  const timeout = entry?.timeout;
  const timeoutMsMax = timeout === undefined ? TIMEOUT_MS_MAX_DEFAULT : parseDuration(timeout as string | number);
  if (timeoutMsMax === null) throw wrong(path, 'timeout', 'a duration such as 2h', timeout);
  const wake = entry?.wake ?? false;
  if (typeof wake !== 'boolean') throw wrong(path, 'wake', 'true or false', wake);
  const allow = words('allow').filter((kind): kind is WorkKind => (WORK_KINDS as readonly string[]).includes(kind));
  const named = entry?.folders === undefined ? ['~'] : words('folders');
  const vague = named.find((folder) => !isWholePath(folder));
  if (vague !== undefined) throw wrong(path, 'folders', 'whole paths, such as ~/app', vague);
  const folders = named.map(belowHome);
  const wrongAt = (key: string, expected: string, found: unknown) => wrong(path, key, expected, found);
  const secrets = secretFiles(home, entry ?? {});
  const limits = { slots, timeoutMsMax, ...readPolicyParts(entry ?? {}, wrongAt) };
  return { allow, folders, env: words('env'), ...limits, secrets, wake, repos: words('repos'), fleets: Object.keys(all) };
}

/** Whole paths. Throws REFUSED. */
export function secretFiles(home: string, entry: Readonly<Record<string, unknown>>): readonly string[] {
  return listOf(policyPath(home), 'secrets', entry.secrets).map(belowHome);
}

/** Adds a word to a list of this fleet's entry, or takes it out. Returns false when it already was so. */
export function changePolicy(home: string, fleetRoot: string, list: PolicyList, word: string, present: boolean): boolean {
  const document = loadEntry(home, fleetRoot);
  const at = ['fleets', fleetRoot, list];
  const current = list === 'folders' && !document.hasIn(at) ? ['~'] : listIn(document, at);
  const has = current.includes(word);
  if (has === present) return false;
  document.setIn(
    at,
    document.createNode(present ? [...current, word] : current.filter((other) => other !== word), { flow: true }),
  );
  save(home, document);
  return true;
}

/** O15: a tool that an agent may use without asking. Returns false when it already was so. */
export function changeAgentTool(home: string, fleetRoot: string, agent: string, rule: string, isAllowed: boolean): boolean {
  const document = loadEntry(home, fleetRoot);
  const at = ['fleets', fleetRoot, 'agents', agent, 'allowed_tools'];
  const current = listIn(document, at);
  if (current.includes(rule) === isAllowed) return false;
  const rules = isAllowed ? [...current, rule] : current.filter((other) => other !== rule);
  document.setIn(at, document.createNode(rules, { flow: true }));
  save(home, document);
  return true;
}

/** W1. Returns false when it already was so. */
export function changeWake(home: string, fleetRoot: string, isAllowed: boolean): boolean {
  const document = loadEntry(home, fleetRoot);
  const at = ['fleets', fleetRoot, 'wake'];
  if ((document.getIn(at) ?? false) === isAllowed) return false;
  document.setIn(at, isAllowed);
  save(home, document);
  return true;
}

/** Lays down an entry for a fleet folder that allows nothing (O10); an entry that is there stays. */
export function addPolicyEntry(home: string, fleetRoot: string, slots: number): void {
  const document = loadDocument(home);
  if (document.hasIn(['fleets', fleetRoot])) return;
  document.setIn(['fleets', fleetRoot, 'allow'], document.createNode([], { flow: true }));
  document.setIn(['fleets', fleetRoot, 'folders'], document.createNode(['~'], { flow: true }));
  document.setIn(['fleets', fleetRoot, 'slots'], slots);
  save(home, document);
}

/** Takes a fleet folder's entry out; what others may do stays as it is. */
export function removePolicyEntry(home: string, fleetRoot: string): void {
  if (!existsSync(policyPath(home))) return;
  const document = loadDocument(home);
  if (document.deleteIn(['fleets', fleetRoot])) save(home, document);
}

/** Null = there is none. Throws REFUSED. */
export function policyEntry(home: string, fleetRoot: string): Record<string, unknown> | null {
  const entry = policyEntries(home)[fleetRoot];
  return isRecord(entry) ? entry : null;
}

/** Sets a word of this fleet's entry, or takes it out (null); comments and layout stay. */
export function setInPolicy(home: string, fleetRoot: string, at: readonly string[], value: boolean | string | null): void {
  const document = loadEntry(home, fleetRoot);
  if (value === null) document.deleteIn(['fleets', fleetRoot, ...at]);
  else document.setIn(['fleets', fleetRoot, ...at], value);
  save(home, document);
}

/** By fleet folder. Throws REFUSED. */
function policyEntries(home: string): Readonly<Record<string, unknown>> {
  const path = policyPath(home);
  if (!existsSync(path)) return {};
  const { value, faults } = readYaml(readText(path), path);
  const [fault] = faults.filter((candidate) => candidate.level === 'fault');
  if (fault !== undefined) throw new CoordError('REFUSED', `${faultText(fault)}; nothing runs until it is fixed`, null);
  return isRecord(value) && isRecord(value.fleets) ? value.fleets : {};
}

/** A limit whose name has a slip would be none. */
function mustBeKnown(path: string, entry: Readonly<Record<string, unknown>>): void {
  const [unknown] = Object.keys(entry).flatMap((name) => unknownField(name, NAMES) ?? []);
  if (unknown === undefined) return;
  const what = `${path}: ${unknownFieldSentence(unknown)}`;
  throw new CoordError('REFUSED', `${what.replace(/\?$/, '')}; nothing runs until it is fixed`, null);
}

function listOf(path: string, key: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value;
  throw wrong(path, key, 'a list of words', value);
}

function wrong(path: string, key: string, expected: string, found: unknown): CoordError {
  return new CoordError(
    'REFUSED',
    `${path}: ${key}: expected ${expected}, found ${JSON.stringify(found)}; nothing runs until it is fixed`,
    null,
  );
}

/** The same folder for each process that reads it. */
export function isWholePath(path: string): boolean {
  return /^(~(\/|$)|\/)/.test(path);
}

/** For a path that stands in a document: a relative one lies below the home folder, since each process that reads it stands elsewhere. */
export function belowHome(path: string): string {
  return resolve(homedir(), path === '~' ? '' : path.replace(/^~\/+/, ''));
}

/** For a path that a person types: a relative one lies below the folder that they stand in. */
export function expandHome(path: string): string {
  return isWholePath(path) ? belowHome(path) : resolve(path);
}

/** To be changed. Throws REFUSED where a name in it is wrong: what a command changes there would not be in force. */
function loadEntry(home: string, fleetRoot: string): Document {
  mustBeKnown(policyPath(home), policyEntry(home, fleetRoot) ?? {});
  return loadDocument(home);
}

function loadDocument(home: string): Document {
  const path = policyPath(home);
  const text = existsSync(path) ? readText(path) : '';
  const { faults } = readYaml(text, path);
  const [fault] = faults.filter((candidate) => candidate.level === 'fault');
  if (fault !== undefined && text.trim() !== '') throw new CoordError('REFUSED', faultText(fault), null);
  const document = text.trim() === '' ? new Document({}) : (parseDocument(text) as unknown as Document);
  if (text.trim() === '') document.commentBefore = ` ${HEAD.replaceAll('\n', '\n ')}`;
  if (!isMap(document.get('fleets', true))) document.set('fleets', document.createNode({}));
  return document;
}

function listIn(document: Document, at: readonly string[]): string[] {
  const node = document.getIn(at, true);
  return isSeq(node) ? (node.toJSON() as unknown[]).filter((word): word is string => typeof word === 'string') : [];
}

function save(home: string, document: Document): void {
  mkdirSync(dirname(policyPath(home)), { recursive: true, mode: 0o700 });
  writeDurably(policyPath(home), document.toString());
}
