// What `coord hook` takes, beside node itself, at the start of a session: every step of an agent waits for it.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTurns, ms, times } from './numbers.ts';
import type { Bench } from './row.ts';

const TURNS = 21;
const QUICK_TURNS = 7;
const RATIO_MAX = 1.5;
const WAITING = [0, 10, 1_000] as const;

export const agentHook: Bench = {
  name: 'agent-hook',
  async rows({ scratch, program, quick }) {
    const fleet = join(scratch, 'agent-hook', 'fleet');
    await ended([program, '--dir', fleet, 'init', '--name', 'here'], '');
    let sessions = 0;
    const rows = [];
    for (const waiting of WAITING) {
      writeFileSync(join(fleet, '.coord', 'inbox.json'), JSON.stringify(messages(waiting), null, 1));
      const hook = () => {
        const call = { session_id: `session-${++sessions}`, cwd: fleet, hook_event_name: 'SessionStart', source: 'startup' };
        return ended([program, '--dir', fleet, 'hook', 'claude'], JSON.stringify(call));
      };
      const turns = quick ? QUICK_TURNS : TURNS;
      const took = await inTurns(turns, { hook: { run: hook }, node: { run: () => ended(['-e', '0'], '') } });
      const ratio = took.hook / took.node;
      rows.push({
        what: `\`coord hook claude\`, ${waiting} waiting messages`,
        measured: `${times(ratio)} \`node -e 0\` (${ms(took.hook)})`,
        atMost: `${RATIO_MAX} × \`node -e 0\``,
        beside: `\`node -e 0\`: ${ms(took.node)}`,
        isOk: ratio <= RATIO_MAX,
      });
    }
    return rows;
  },
};

function messages(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ source: '2', from: 2, to: '1', number: index + 1, at: '2026-11-20T14:02:00.000Z', priority: 'normal' },
    ...{ body: `message ${index}: ${'x'.repeat(100)}`, taken: false, name: 'mac' },
  }));
}

function ended(args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, (error) => (error ? reject(error) : resolve()));
    child.stdin?.end(input);
  });
}
