// The text of `policy.yaml` (O10): read as one entry for each fleet folder, and changed so that a person's comments and layout stay.
// A slip above the entries is not taken for a file without any: it throws, and nothing runs.
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Document, isMap, isSeq, parseDocument } from 'yaml';
import { unknownFieldSentence } from '../../core/model/orders/unknown-field.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { isRecord } from '../../documents/json/is-record.ts';
import { unknownField } from '../../documents/json/unknown-field.ts';
import { readYaml } from '../../documents/yaml/yaml-text.ts';
import { CoordError, errorCode, isShortage } from '../../errors.ts';
import { WORK_KINDS } from '../../features/rules.ts';
import { writeDurably } from '../files/durable-file.ts';
import { isLink } from '../files/link-above.ts';
import { readIfThere } from '../files/read-if-there.ts';

export type PolicyDocument = Document;
export type Entry = Readonly<Record<string, unknown>>;

const HEAD = `What orders may do on this computer, for each fleet folder. Only this file decides: nothing in a repo can change it.
  allow:   kinds of work: ${WORK_KINDS.join(', ')}. Empty: nothing runs.
  folders: a run begins in one of these, or below. An agent works only below those that are named: the home folder (~) is none for it.
  env:     variables that orders may set although they change which code runs, such as PATH.
  secrets: files of NAME=value lines, a relative path from the home folder; commands and checks get them, and an agent those that its env names; their values are hidden in what is reported.
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

const NAMES: ReadonlySet<string> = new Set(['fleets']);

export function policyPath(home: string): string {
  return join(home, 'policy.yaml');
}

/** By fleet folder. Throws REFUSED. */
export function policyEntries(home: string): Entry {
  return entriesIn(home, textOf(home));
}

/** To be changed. Throws REFUSED as `policyEntries`. */
export function loadDocument(home: string): PolicyDocument {
  const text = textOf(home);
  entriesIn(home, text);
  const isNew = text.trim() === '';
  const document = isNew ? new Document({}) : (parseDocument(text) as unknown as Document);
  if (isNew) document.commentBefore = ` ${HEAD.replaceAll('\n', '\n ')}`;
  if (!isMap(document.get('fleets', true))) document.set('fleets', document.createNode({}));
  return document;
}

export function saveDocument(home: string, document: PolicyDocument): void {
  mkdirSync(dirname(policyPath(home)), { recursive: true, mode: 0o700 });
  const path = policyPath(home);
  // Somebody may keep the file elsewhere, among others of theirs: the link to it stays.
  writeDurably(isLink(path) ? realpathSync(path) : path, document.toString());
}

export function listIn(document: PolicyDocument, at: readonly string[]): string[] {
  const node = document.getIn(at, true);
  return isSeq(node) ? (node.toJSON() as unknown[]).filter((word): word is string => typeof word === 'string') : [];
}

/** A limit whose name has a slip would be none. Throws REFUSED. */
export function mustBeKnown(home: string, entry: Entry, known: ReadonlySet<string>): void {
  const [unknown] = Object.keys(entry).flatMap((name) => unknownField(name, known) ?? []);
  if (unknown !== undefined) throw refused(`${policyPath(home)}: ${unknownFieldSentence(unknown).replace(/\?$/, '')}`);
}

export function wrong(home: string, key: string, expected: string, found: unknown): CoordError {
  return refused(`${policyPath(home)}: ${key}: expected ${expected}, found ${JSON.stringify(found)}`);
}

function refused(what: string): CoordError {
  return new CoordError('REFUSED', `${what}; nothing runs until it is fixed`, null);
}

/** Empty = there is no such file. */
function textOf(home: string): string {
  const path = policyPath(home);
  const text = read(path);
  if (text === null && isLink(path)) throw refused(`${path} is a link to a file that is not there`);
  return text ?? '';
}

function read(path: string): string | null {
  try {
    return readIfThere(path);
  } catch (error) {
    if (isShortage(error)) throw error;
    throw refused(`${path} cannot be read (${errorCode(error)})`);
  }
}

function entriesIn(home: string, text: string): Entry {
  const { value, faults } = readYaml(text, policyPath(home));
  const [fault] = faults.filter((candidate) => candidate.level === 'fault');
  if (fault !== undefined) throw refused(faultText(fault));
  if (value === null) return {};
  if (!isRecord(value)) throw wrong(home, 'fleets', FLEETS, value);
  mustBeKnown(home, value, NAMES);
  const { fleets = {} } = value;
  if (!isRecord(fleets)) throw wrong(home, 'fleets', FLEETS, fleets);
  return fleets;
}

const FLEETS = 'an entry for each fleet folder';
