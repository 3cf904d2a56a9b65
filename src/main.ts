#!/usr/bin/env node
// The program: what was asked for decides what is loaded. Commands that only read what the last sync left go past all the adapters
// (quick.ts), and start almost as fast as node itself; a sync is one file (plain-sync.ts). This file is one by itself too: what it shared with
// another would be one file more for every start.
import { endWithReader } from './cli/broken-pipe.ts';
import { hookWords } from './cli/hook-words.ts';
import { quickWords, syncWords } from './cli/quick-words.ts';
import { OWN_COMMANDS } from './features/own-commands.ts';

declare const COORD_VERSION: string;

const words = process.argv.slice(2);
const quick = quickWords(words);
const hook = hookWords(words);
const sync = syncWords(words);
const own = words.length <= 2 ? new Map(Object.entries(OWN_COMMANDS)).get(words[0] ?? '') : undefined;
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  endWithReader();
  process.stdout.write(`${COORD_VERSION}\n`);
} else if (quick !== null) {
  process.exitCode = await (await import('./quick.ts')).runQuick(quick);
} else if (hook !== null) {
  // Not imported: for a file of the old format, the loader of modules takes longer than all the rest.
  process.getBuiltinModule('node:module').createRequire(import.meta.url)('./coord-hook.cjs');
} else if (sync !== null) {
  process.exitCode = await (await import('./plain-sync.ts')).runSync(sync);
} else if (words.length === 1 && words[0] === '__call') {
  process.exitCode = await (await import('./runs/send-call.ts')).sendCall(process.env, process.stdout, process.stderr);
} else if (own !== undefined) {
  process.exitCode = await own(words[1]);
} else {
  // What is new and soon of no use may take 32 MiB in a daemon, and node gives that back after a long rest only. What loads it needs no more either.
  if (words.includes('daemon')) process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
  const [{ runCli }, { makeWorld, openJournal, pathBeside }] = await Promise.all([
    import('./cli/cli.ts'),
    import('./compose.ts'),
  ]);
  const entry = import.meta.url;
  const mainPath = await pathBeside(entry, 'main.js');
  const world = () => makeWorld({ env: process.env, cwd: process.cwd(), entry });
  process.exitCode = await runCli(words, { makeWorld: world, journal: openJournal, mainPath, version: COORD_VERSION });
}
