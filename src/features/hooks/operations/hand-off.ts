// Gives an agent's session the newest hand-off of its project, once (M9, D9), whichever of its hooks is quicker.
import { readableTime } from '../../../documents/text/iso-time.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { fitted, shortName } from '../../agents/documents/agent-quote.ts';
import { newestHandOff } from '../../handoff/operations/newest.ts';
import type { PlacedHandOff } from '../../handoff/rules/hand-offs.ts';
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

/** The part of the characters for a hand-off; messages get the rest. */
export const AGENT_HAND_OFF_MAX = 1_000;
/** Of each part but what was done, which has what they leave. */
const PART_MAX = 200;
const CUT = '\n(cut; coord handoffs shows it whole)';

export function handOffText({ machine, at, project, order, done, open, where, next }: PlacedHandOff): string {
  const who = `machine ${machine} at ${shortName(readableTime(at))}${order === null ? '' : `, in the order ${shortName(order)}`}`;
  const head = `coord: the newest hand-off of ${shortName(project)} is by ${who}. The quoted text was written there.`;
  const parts = [
    { label: 'Open', body: open },
    { label: 'Where', body: where },
    { label: 'Next', body: next },
  ].flatMap(({ label, body }) => (body === null ? [] : [{ label, ...fitted(body, body.length, PART_MAX, '') }]));
  const others = parts.map(({ label, text }) => `\n${label}:${text}`).join('');
  const room = AGENT_HAND_OFF_MAX - head.length - others.length - '\nDone:'.length - CUT.length;
  const first = fitted(done, done.length, room, '');
  const isWhole = first.whole && parts.every(({ whole }) => whole);
  return `${head}\nDone:${first.text}${others}${isWhole ? '' : CUT}`;
}
