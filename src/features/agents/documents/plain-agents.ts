// Reads `agents.yaml` in coord's home (O15): agents that coord does not know, and how their owner runs them. Never in a repo. An entry that is
// wrong is left out, with what was expected.
import { AGENT_NAMES, PLAIN_AGENT_NAME, type PlainAgent } from '../../../core/model/orders/agent.ts';
import { faultText } from '../../../core/model/status/fault.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';

export interface PlainAgents {
  readonly agents: ReadonlyMap<string, PlainAgent>;
  /** One sentence each. */
  readonly faults: readonly string[];
}

const PROMPTS = ['argument', 'stdin', 'file'] as const;

export function parsePlainAgents(text: string, path: string): PlainAgents {
  const { value, faults } = readYaml(text, path);
  const [fault] = faults.filter(({ level }) => level === 'fault');
  if (fault !== undefined) return { agents: new Map(), faults: [faultText(fault)] };
  if (value === null || value === undefined) return { agents: new Map(), faults: [] };
  if (!isRecord(value)) return { agents: new Map(), faults: [`${path}: expected agents by name, found something else`] };
  const agents = new Map<string, PlainAgent>();
  const wrong: string[] = [];
  for (const [name, entry] of Object.entries(value)) {
    const agent = agentIn(name, entry);
    if (typeof agent === 'string') wrong.push(`${path}: ${name}: ${agent}`);
    else agents.set(name, agent);
  }
  return { agents, faults: wrong };
}

/** What was expected, if it is wrong. */
function agentIn(name: string, entry: unknown): PlainAgent | string {
  if (AGENT_NAMES.some((known) => known === name)) return 'coord runs it by itself: give it another name';
  if (!PLAIN_AGENT_NAME.test(name)) return 'expected a name of small letters, digits, - and _';
  if (!isRecord(entry)) return 'expected { command: [program, words], prompt: stdin }, found something else';
  const unknown = Object.keys(entry).find((key) => !['command', 'prompt', 'success'].includes(key));
  if (unknown !== undefined) return `expected command, prompt and success, found ${unknown}`;
  const { command, prompt = 'stdin', success = {} } = entry;
  if (!Array.isArray(command) || command.length === 0 || !command.every(isWord) || command[0] === '')
    return 'expected "command" to be a list of the program and its words';
  const by = PROMPTS.find((it) => it === prompt);
  if (by === undefined) return `expected "prompt" to be one of ${PROMPTS.join(', ')}`;
  if (!isRecord(success) || Object.keys(success).some((key) => key !== 'exit' && key !== 'says'))
    return 'expected "success" to be { exit: 0 }, { exit: 0, says: "…" }';
  const { exit = 0, says = null } = success;
  if (typeof exit !== 'number' || !Number.isInteger(exit) || exit < 0 || exit > 255)
    return 'expected "exit" in "success" to be a whole number from 0 to 255';
  if (says !== null && !isPattern(says)) return 'expected "says" in "success" to be a regular expression';
  return { command: command as [string, ...string[]], prompt: by, exit, says };
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0');
}

function isPattern(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 500) return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
}
