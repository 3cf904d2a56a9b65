// Runs `coord hook`, which an agent's program calls at its events (M9). It always ends with 0, and says nothing where there is nothing to
// say or anything is wrong, so that no trouble of coord's becomes the agent's.
import { existsSync, fstatSync, mkdirSync, readSync, realpathSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HookWords } from '../../../cli/hook-words.ts';
import type { Journal } from '../../../ports.ts';
import { coordHome } from '../../../system/fleet/computer.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { knownRoots, usable } from '../../../system/fleet/known-roots.ts';
import { AGENT_TEXT_MAX } from '../documents/agent-message.ts';
import { hookAnswer, readHookCall } from '../documents/hook-call.ts';
import { HOOK_AGENTS, type HookAgent } from '../documents/hook-dialects.ts';
import { type InboxAnswer, inboxAnswer } from '../operations/answer.ts';
import { handOffAnswer } from '../operations/hand-off.ts';

/** Tools hand over what they read and wrote; more than this is not worth the time. */
const INPUT_CHARACTERS_MAX = 4_000_000;
const INPUT_WAIT_MS = 1_000;

/** `isAgent`: this was started as agents are set up to, who close what they write to. */
export async function answer(
  words: HookWords,
  openJournal: (folder: FleetFolder) => Promise<Journal>,
  isAgent: boolean,
): Promise<void> {
  try {
    // An order's own agent works for that order, and answers to nobody else.
    if (process.env.COORD_ORDER) return;
    const agent = HOOK_AGENTS.find((name) => name === words.agent);
    if (agent === undefined || isTerminal()) {
      const known = HOOK_AGENTS.join('|');
      if (process.stderr.isTTY) process.stderr.write(`coord hook ${known} is for the agent to call: coord agent setup\n`);
      return;
    }
    const input = (isAgent ? agentInput() : null) ?? (await standardInput());
    await answerAgent(agent, words, input ?? '', openJournal);
  } catch {
    // Said to nobody: see above.
  }
}

async function answerAgent(
  agent: HookAgent,
  { dir }: HookWords,
  input: string,
  openJournal: (folder: FleetFolder) => Promise<Journal>,
): Promise<void> {
  const home = coordHome(process.env);
  noteCall(home, agent);
  const call = readHookCall(agent, input);
  if (call === null) return;
  const answers: InboxAnswer[] = [];
  const folders = hookFleets(home, dir ?? process.env.COORD_DIR, call.cwd);
  const handOff = handOffAnswer(agent, call, folders);
  let room = AGENT_TEXT_MAX - (handOff === null ? 0 : handOff.length + 1);
  for (const folder of folders) {
    const one = await inboxAnswer(agent, call, folder, openJournal, room).catch(() => null);
    if (one === null) continue;
    answers.push(one);
    room -= one.text.length + 1;
    if (call.event === 'Stop') break;
  }
  if (handOff === null && answers.length === 0) return;
  const text = [...(handOff === null ? [] : [handOff]), ...answers.map((one) => one.text)].join('\n');
  // Not by process.stdout, which takes longer to load than the answer. Throws where nobody reads it any more.
  writeSync(1, `${hookAnswer(agent, call.event, text)}\n`);
  for (const one of answers) one.given();
}

/** When it was last called, for `coord agent setup --check`. */
function noteCall(home: string, agent: HookAgent): void {
  try {
    const folder = join(home, 'hook-calls');
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, agent), `${new Date().toISOString()}\n`);
  } catch {
    // It only helps to find what is wrong.
  }
}

/** A person's, that is; asked in this order because node's own way to know takes longer than the answer. */
function isTerminal(): boolean {
  return fstatSync(0).isCharacterDevice() && process.stdin.isTTY;
}

/**
 * All of it, without process.stdin, which takes longer to load than the answer. Waits for its end as long as the agent waits for us, unless
 * what is there is whole. Null = it cannot be read so, and nothing of it was.
 */
function agentInput(): string | null {
  const parts: Buffer[] = [];
  let length = 0;
  while (length <= INPUT_CHARACTERS_MAX) {
    const part = Buffer.allocUnsafe(65_536);
    let size: number;
    try {
      size = readSync(0, part);
    } catch {
      return length === 0 ? null : '';
    }
    if (size === 0) break;
    parts.push(part.subarray(0, size));
    length += size;
    if (size < part.length && isWhole(Buffer.concat(parts))) break;
  }
  return length > INPUT_CHARACTERS_MAX ? '' : Buffer.concat(parts).toString('utf8');
}

function isWhole(input: Buffer): boolean {
  const end = input.toString('latin1').trimEnd();
  if (!end.endsWith('}')) return false;
  try {
    JSON.parse(input.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Null = too much, or it does not end. */
function standardInput(): Promise<string | null> {
  const { stdin } = process;
  return new Promise((resolve) => {
    let text = '';
    const end = (result: string | null) => {
      clearTimeout(timer);
      stdin.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(null), INPUT_WAIT_MS);
    stdin.setEncoding('utf8');
    stdin.on('data', (part) => {
      text += part;
      if (text.length > INPUT_CHARACTERS_MAX) end(null);
    });
    stdin.on('end', () => end(text));
    stdin.on('error', () => end(null));
  });
}

/**
 * The fleet folder that is named, and no other then; else the one above `cwd`, else all of this computer. Only folders in which this computer has
 * joined a fleet count: a `.coord` that came with somebody's repo says nothing.
 */
export function hookFleets(home: string, named: string | undefined, cwd: string): readonly FleetFolder[] {
  const known = knownRoots(home);
  // Joined by a link or by the real path, and named by the other one.
  const isKnown = (root: string) => known.includes(root) || known.some((one) => real(one) === real(root));
  if (named !== undefined && named !== '') return usable([resolve(cwd, named)].filter(isKnown));
  for (let at = resolve(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, '.coord')) && isKnown(at)) {
      const found = usable([at]);
      if (found.length > 0) return found;
    }
    if (at === dirname(at)) return usable(known);
  }
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
