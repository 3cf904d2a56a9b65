// coord hook: what an agent's program calls at its events (M9). It always ends with 0, and where there is nothing to say, or anything is
// odd, it says nothing: no trouble of coord's may ever be one of the agent's.
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_TEXT_MAX } from '../../documents/agent-message.ts';
import { hookAnswer, readHookCall } from '../../documents/hook-call.ts';
import { HOOK_AGENTS, type HookAgent } from '../../documents/hook-dialects.ts';
import { type InboxAnswer, inboxAnswer } from '../../operations/agent-inbox/answer.ts';
import { handOffAnswer } from '../../operations/agent-inbox/hand-off.ts';
import { hookFleets } from '../../operations/agent-inbox/known-fleets.ts';
import type { Journal } from '../../ports.ts';
import { coordHome } from '../../system/computer.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';
import type { HookWords } from '../quick-words.ts';

/** Tools hand over what they read and wrote; more than this is not worth the time. */
const INPUT_CHARACTERS_MAX = 4_000_000;
const INPUT_WAIT_MS = 1_000;

export async function answer(words: HookWords, openJournal: (folder: FleetFolder) => Promise<Journal>): Promise<void> {
  try {
    // An order's own agent works for that order, and answers to nobody else.
    if (process.env.COORD_ORDER) return;
    const agent = HOOK_AGENTS.find((name) => name === words.agent);
    if (agent === undefined || process.stdin.isTTY) {
      const known = HOOK_AGENTS.join('|');
      if (process.stderr.isTTY) process.stderr.write(`coord hook ${known} is for the agent to call: coord agent setup\n`);
      return;
    }
    await answerAgent(agent, words, openJournal);
  } catch {
    // Said to nobody: see above.
  }
}

async function answerAgent(agent: HookAgent, { dir }: HookWords, openJournal: (folder: FleetFolder) => Promise<Journal>) {
  const home = coordHome(process.env);
  noteCall(home, agent);
  const call = readHookCall(agent, (await standardInput()) ?? '');
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
    mkdirSync(join(home, 'hook-calls'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'hook-calls', agent), `${new Date().toISOString()}\n`);
  } catch {
    // It only helps to find what is wrong.
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
