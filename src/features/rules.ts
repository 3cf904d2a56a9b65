// The one list of what features and kinds of work add to decisions. Decisions read it and know none of them. Pure.
import type { Order, WorkKind, Works } from '../core/model/orders/order.ts';
import type { EndedRun, ExitRecord } from '../core/model/orders/run.ts';
import { callKind } from '../core/orders/call-kind.ts';
import type { WorkKindRules } from '../core/orders/work-kind.ts';
import { agentKind } from './agents/rules/agent-kind.ts';
import { artifactsEnd } from './artifacts/rules/artifacts-end.ts';
import { workspaceEnd } from './workspaces/rules/workspace.ts';

/** Of each kind of work. */
const KINDS: { readonly [Kind in WorkKind]: WorkKindRules<Works[Kind]> } = {
  shell: { can: 'run commands here as you', variables: 'most' },
  agent: agentKind,
  call: callKind,
};

type Verdict = Pick<EndedRun, 'state' | 'reason' | 'told' | 'code' | 'exitCode' | 'outputs' | 'asks' | 'artifacts'>;
/** What coord's own commands around the run said. */
type Around = Pick<ExitRecord, 'workspace' | 'artifacts'>;
type RunEnd = <T extends Verdict>(verdict: T, said: Around, order: string) => T;

/** What else belongs to how a run ended. */
const RUN_ENDS: readonly RunEnd[] = [workspaceEnd, artifactsEnd];

/** `order`: as ORDERS.json lists it. */
export function fullVerdict<T extends Verdict>(verdict: T, said: Around, order: string): T {
  return RUN_ENDS.reduce((before, end) => end(before, said, order), verdict);
}

export const WORK_KINDS = Object.keys(KINDS) as readonly WorkKind[];

export function rulesOf({ kind }: { readonly kind: WorkKind }): WorkKindRules {
  return KINDS[kind] as WorkKindRules;
}

/** What a machine's owner must have allowed for an order to run there (O10). A check is a command of the order's, whatever it checks. */
export function kindsOf({ work, check }: Pick<Order, 'work' | 'check'>): readonly WorkKind[] {
  return check === null || work.kind === 'shell' ? [work.kind] : [work.kind, 'shell'];
}
