// The newest hand-off of the project that an agent's session is started in (M9, D9); once a session, whichever hook is quicker.

import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { newestHandOff } from '../../handoff/operations/newest.ts';
import { handOffText } from '../documents/agent-hand-off.ts';
import type { HookCall } from '../documents/hook-call.ts';
import type { HookAgent } from '../documents/hook-dialects.ts';
import { givenMessages } from './given.ts';

/** Null = there is none, or this session has had it. */
export function handOffAnswer(agent: HookAgent, call: HookCall, folders: readonly FleetFolder[]): string | null {
  if (call.event !== 'SessionStart') return null;
  for (const folder of folders) {
    const found = newestHandOff(folder, call.cwd);
    if (found === null) continue;
    const session = givenMessages(folder, agent, call.session);
    const name = `hand-off-${found.machine}-${found.at}`;
    if (session.all().has(name)) return null;
    return session.claim([name]).length === 0 ? null : handOffText(found);
  }
  return null;
}
