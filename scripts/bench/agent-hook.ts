// What `coord hook` takes, beside node itself, at the start of a session: every step of an agent waits for it.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { writeUnread } from '../../src/features/hooks/operations/unread-file.ts';
import type { NamedMessage } from '../../src/operations/messages/mail-files.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
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
      writeUnread(fleetFolderAt(fleet), messages(waiting));
      const hook = (...words: readonly string[]) => {
        const call = { session_id: `session-${++sessions}`, cwd: fleet, hook_event_name: 'SessionStart', source: 'startup' };
        return ended(words, JSON.stringify(call));
      };
      const turns = quick ? QUICK_TURNS : TURNS;
      const took = await inTurns(turns, {
        hook: { run: () => hook(join(dirname(program), 'coord-hook.cjs'), 'claude') },
        word: { run: () => hook(program, '--dir', fleet, 'hook', 'claude') },
        node: { run: () => ended(['-e', '0'], '') },
      });
      const ratio = took.hook / took.node;
      rows.push({
        what: `the hook as setup writes it, ${waiting} waiting messages`,
        measured: `${times(ratio)} \`node -e 0\` (${ms(took.hook)})`,
        atMost: `${RATIO_MAX} × \`node -e 0\``,
        beside: `\`coord hook claude\`: ${times(took.word / took.node)} (${ms(took.word)}); \`node -e 0\`: ${ms(took.node)}`,
        isOk: ratio <= RATIO_MAX,
      });
    }
    return rows;
  },
};

function messages(count: number): readonly NamedMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ source: '2', from: 2, to: '1', number: index + 1, at: '2026-11-20T14:02:00.000Z', priority: 'normal' as const },
    ...{ body: `message ${index}: ${'x'.repeat(100)}`, taken: false, name: 'mac' },
  }));
}

function ended(args: readonly string[], input: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, (error) => (error ? reject(error) : resolve()));
    child.stdin?.end(input);
  });
}
