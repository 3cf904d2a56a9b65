// A history of the simulated year as real git: a repo that takes it commit by commit, and a host that it is pushed to and that packs it. The host's history can
// be shortened by the command's own code; what comes later stands on what is left of it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ledgerAt, SAID } from './compact.ts';
import type { Standing } from './year-plot.ts';

const MAIN = 'refs/heads/main';
const DAY_MS = 86_400_000;

/** Bytes on the host's disk. */
export interface Packed {
  readonly bytes: number;
  /** Of them, what the newest commit alone needs. */
  readonly standing: number;
}

export function createYearHost(gitDir: string) {
  mkdirSync(gitDir);
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', gitDir]);
  const hostDir = hostAt(`${gitDir}-host`);
  let importer = startImporter(gitDir);
  return {
    hostDir,
    /** Lines of `git fast-import`. */
    say: (text: string) => void importer.say(text),
    async written() {
      const { stdin } = importer;
      if (stdin.writableNeedDrain) await once(stdin, 'drain');
    },
    /** Pushes all of it to the host and has its gc come by. Processes of git do it, beside the fleet; one call at a time. */
    async packed(): Promise<Packed> {
      await importer.checkpoint();
      // Without deltas: the host unpacks what comes, so its own gc is what looks for them.
      await git(gitDir, '-c', 'pack.window=0', 'push', '--quiet', '--force', hostDir, MAIN);
      return sizeOf(hostDir);
    },
    /** What an order that comes each third day does at the host; false = less than that would go. None of `packed` beside it. */
    async isShortened({ keptDays, atLeastBytes }: Standing, nowMs: number): Promise<boolean> {
      const ledger = ledgerAt(`${gitDir}-machine`, hostDir, nowMs);
      try {
        await ledger.fetch(null);
        await ledger.fetchRest(true);
        const plan = await ledger.planShortening({ branch: null, beforeMs: nowMs - keptDays * DAY_MS, keep: [] });
        if (plan === null || plan.dropped === 0 || (await ledger.bytesToGo(null, plan)) < atLeastBytes) return false;
        const { kind } = await ledger.shorten(null, plan, SAID);
        if (kind !== 'accepted') throw new Error(`the host of the year did not take a shorter history: ${kind}`);
      } finally {
        await ledger.close();
      }
      return true;
    },
    /** What comes from now on stands on what the host has. Nothing is said meanwhile. */
    async goOn() {
      await importer.end();
      await git(gitDir, 'fetch', '--quiet', '--force', hostDir, `+${MAIN}:${MAIN}`);
      importer = startImporter(gitDir);
      importer.say(`reset ${MAIN}\nfrom ${(await git(gitDir, 'rev-parse', MAIN)).trim()}\n\n`);
    },
    end: () => importer.end(),
  };
}

function startImporter(gitDir: string) {
  const child = spawn('git', ['--git-dir', gitDir, 'fast-import', '--quiet', '--force'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const answers = createInterface(child.stdout);
  return {
    stdin: child.stdin,
    say: (text: string) => void child.stdin.write(text),
    async checkpoint() {
      const answer = once(answers, 'line');
      child.stdin.write('checkpoint\n\nprogress written\n');
      await answer;
    },
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

async function sizeOf(hostDir: string): Promise<Packed> {
  await git(hostDir, 'repack', '-a', '-d', '--quiet');
  await git(hostDir, 'prune', '--expire=now');
  const bytes = Number(/^size-pack: ([0-9]+)$/m.exec(await git(hostDir, 'count-objects', '-v'))?.[1]) * 1024;
  return { bytes, standing: Number(await git(hostDir, 'rev-list', '--objects', '--disk-usage', `${MAIN}^{tree}`)) };
}

/** It unpacks what is pushed to it, as hosts do, and packs when it is told to. */
function hostAt(folder: string): string {
  execFileSync('git', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', folder]);
  const settings = ['receive.unpackLimit=1000000', 'receive.autogc=false', 'gc.auto=0'];
  for (const setting of settings) execFileSync('git', ['--git-dir', folder, 'config', ...setting.split('=')]);
  return folder;
}

async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['--git-dir', gitDir, ...args], { maxBuffer: 1 << 28 });
  return stdout;
}
