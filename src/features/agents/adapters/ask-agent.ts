// Asks an agent one question outside of all orders: `coord __agent` in a process of its own, as for an order. It goes on until it has
// answered or the person who asked ends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { AgentAnswer, AgentQuestion } from '../../../core/model/orders/agent.ts';
import { CALL } from '../../../core/model/orders/call.ts';
import { readIfThere, readText } from '../../../system/files/read-if-there.ts';
import { ownNode } from '../../../system/process/own-node.ts';

export async function askAgent(mainPath: string, { request, cwd, env, onLine }: AgentQuestion): Promise<AgentAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'coord-ask-'));
  const at = (name: string) => join(folder, name);
  try {
    writeFileSync(at('question.json'), JSON.stringify({ agent: { ...request, asIs: true } }), { mode: 0o600 });
    writeFileSync(at('output'), '');
    const child = spawn(ownNode(), [mainPath, '__agent'], {
      cwd,
      // COORD_ORDER keeps coord's own hooks silent in it (M9).
      env: { ...env, [CALL]: at('question.json'), COORD_OUTPUT: at('output'), COORD_ANSWER: at('answer'), COORD_ORDER: 'plan' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    // One that could not be started may have no streams.
    if (child.stdout as Readable | undefined) createInterface({ input: child.stdout }).on('line', onLine);
    const [code] = (await ended) as [number | null];
    const problem = /^problem=(.*)$/m.exec(readText(at('output')))?.[1] ?? null;
    return { answer: readIfThere(at('answer')), problem: code === 0 ? null : (problem ?? `it ended with ${code ?? 'a signal'}`) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
