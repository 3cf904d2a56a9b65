// R3b: a year of a fleet's history, shortened to 90 days: what the host keeps, what a new clone fetches, how long the command's git takes, and what a
// machine that goes on does. The commits are made up, and of the size that folds have: real git, real bytes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGitLedger } from '../../src/ledger/git-ledger.ts';
import { counted, ms, seconds } from './numbers.ts';
import type { Bench, Row } from './row.ts';

const COMMITS_A_DAY = 40;
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 20);
const MAIN = 'refs/heads/main';
/** What a shortened history says of itself. */
export const SAID = { message: 'history [skip ci]\n\nCoord-Machine: 1\n', author: 'coord machine 1', built: () => {} };

export const compact: Bench = {
  name: 'compact',
  async rows({ scratch, quick }) {
    const days = quick ? 120 : 365;
    const hub = join(scratch, 'compact', 'hub.git');
    execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', hub]);
    git(hub, ['fast-import', '--quiet'], Buffer.concat([...streamOf(days)]));
    return shortened({ hub, folder: join(scratch, 'compact'), days, keptDays: KEPT_DAYS, nowMs: NOW_MS });
  },
};

export interface Shortening {
  /** Of a bare repo, whose main is shortened. */
  readonly hub: string;
  /** Where everything else goes. */
  readonly folder: string;
  readonly days: number;
  readonly keptDays: number;
  readonly nowMs: number;
}

export async function shortened({ hub, folder, days, keptDays, nowMs }: Shortening): Promise<readonly Row[]> {
  const before = sizesOf(hub, join(folder, 'before.git'));
  const [one, other] = ['one', 'other'].map((name) => ledgerAt(join(folder, name), hub, nowMs));
  if (one === undefined || other === undefined) throw new Error('bug: two ledgers');
  for (const ledger of [one, other]) await ledger.fetch(null);
  const tip = git(hub, ['rev-parse', MAIN]).trim();
  const from = performance.now();
  const plan = await one.planShortening({ branch: null, beforeMs: nowMs - keptDays * DAY_MS, keep: [] });
  if (plan === null) throw new Error('bug: nothing is older');
  const goes = await one.bytesToGo(null, plan);
  const weighedMs = performance.now() - from;
  await one.saveHistory(null, plan, join(folder, 'old.bundle'));
  const savedMs = performance.now() - from;
  const { kind } = await one.shorten(null, plan, SAID);
  const tookMs = performance.now() - from;
  const after = sizesOf(hub, join(folder, 'after.git'));
  const asked = performance.now();
  const fetched = await other.fetch(null);
  const fetchMs = performance.now() - asked;
  const compared = performance.now();
  const now = fetched.kind === 'fetched' ? (fetched.trees.main?.commit ?? '') : '';
  const goesOn = kind === 'accepted' && (await other.continues(tip, now));
  const compareMs = performance.now() - compared;
  for (const ledger of [one, other]) await ledger.close();
  const { dropped, kept } = plan;
  const what = `a history of ${days} days, ${counted(dropped + kept, 'commit')}, shortened to ${keptDays} days`;
  return [
    smaller(`${what}: on the host, after its gc`, after.host, before.host),
    smaller('the same: what a new clone fetches', after.clone, before.clone),
    took(
      'the same: what goes, weighed; the bundle, written and checked; all of the command’s git',
      `${megabytes(goes)} in ${seconds(weighedMs)}; ${seconds(savedMs)}; ${seconds(tookMs)}`,
      kind === 'accepted',
    ),
    took('the same: a machine that goes on', `fetch ${seconds(fetchMs)}, compared in ${ms(compareMs)}`, goesOn),
  ];
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function smaller(what: string, after: number, before: number): Row {
  return {
    what,
    measured: megabytes(after),
    atMost: megabytes(before),
    beside: `before: ${megabytes(before)}`,
    isOk: after < before,
  };
}

function took(what: string, measured: string, isOk: boolean): Row {
  return { what, measured, atMost: '', beside: '', isOk };
}

export function ledgerAt(stateDir: string, remoteUrl: string, nowMs: number) {
  return createGitLedger({ stateDir, remoteUrl, mainBranch: 'main', namespace: 'custom', now: () => nowMs });
}

function git(gitDir: string, args: readonly string[], input?: Buffer): string {
  const stdio = ['pipe', 'pipe', 'pipe'] as const;
  return execFileSync('git', ['--git-dir', gitDir, ...args], { input, stdio: [...stdio], maxBuffer: 1 << 28 }).toString();
}

/** Bytes of packs: what the host keeps once it let go of what nothing refers to, and what came over the wire. */
function sizesOf(hub: string, clone: string): { readonly host: number; readonly clone: number } {
  git(hub, ['reflog', 'expire', '--expire=now', '--all']);
  git(hub, ['gc', '--quiet', '--prune=now']);
  execFileSync('git', ['clone', '--quiet', '--bare', '--template=', `file://${hub}`, clone], { stdio: 'pipe' });
  return { host: packsIn(hub), clone: packsIn(clone) };
}

function packsIn(gitDir: string): number {
  const folder = join(gitDir, 'objects', 'pack');
  return readdirSync(folder).reduce((sum, name) => sum + (name.endsWith('.pack') ? statSync(join(folder, name)).size : 0), 0);
}

function* streamOf(days: number): Generator<Buffer> {
  const count = days * COMMITS_A_DAY;
  for (let at = 0; at < count; at += 1) {
    const seconds = Math.floor((NOW_MS - ((count - at) * DAY_MS) / COMMITS_A_DAY) / 1000);
    const machine = (at % 3) + 1;
    const message = `${machine} pc: finished job-${at} [skip ci]\n\nCoord-Machine: ${machine}\nCoord-Seq: ${at}\nCoord-Beat: ${at}\n`;
    yield Buffer.from(`commit ${MAIN}\ncommitter coord machine ${machine} <coord@localhost> ${seconds} +0000\n`);
    yield Buffer.from(`data ${Buffer.byteLength(message)}\n${message}\n`);
    yield file(`results/${machine}.json`, lines(at, machine, 20, 300));
    yield file(`COMPUTER_${machine}.md`, lines(at, machine, 1, 1500));
    yield file('STATUS.json', lines(at, 0, 40, 300));
    yield file('README.md', lines(at, 0, 30, 200));
    yield Buffer.from('\n');
  }
}

function file(path: string, text: string): Buffer {
  return Buffer.from(`M 100644 inline coordination/${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
}

/** The newest runs, one a line: each commit brings one and takes the oldest away, as folds do. */
function lines(at: number, salt: number, count: number, width: number): string {
  return Array.from({ length: count }, (_, index) => {
    const seed = createHash('sha256')
      .update(`${salt} ${at - index}`)
      .digest('hex');
    return `{"order":"job-${at - index}","state":"COMPLETED","tail":"${seed}","note":"${'the run said this and that '.repeat(40).slice(0, width - 120)}"}`;
  }).join('\n');
}
