// Lets an agent go on where it stopped (O17). A session lies on the disk of the machine that ran it, so the newest earlier run with a
// session says which machine can go on. All machines read that in the results. Pure.
import { type Machines, machineLabel } from '../../../core/model/machines/machines.ts';
import type { AgentRequest, Resumed } from '../../../core/model/orders/agent.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import type { EndedRun, OlderRun } from '../../../core/model/orders/run.ts';
import { because } from '../../../core/orders/reason-words.ts';
import { workHash } from '../../../core/orders/work-hash.ts';
import { isHigher } from '../../../core/runs/journal-retention.ts';
import { isOccurrence, listedId } from '../../../core/runs/occurrence-name.ts';
import { runsOf, tellersOf } from '../../../core/runs/run-index.ts';
import { traitsOf } from './known-agents.ts';

interface Session {
  readonly machine: number;
  readonly id: string;
  /** Of the agent that the order is for. */
  readonly run: OlderRun | EndedRun;
}

/** What comes to stand on a command line. */
const SESSION = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/**
 * Those of `machines` that can do it, or why none can. One that begins afresh, all of them can; so can they an occurrence of a schedule
 * that has not run yet: what its template says of sessions is meant for the one that has.
 */
export function withSession(order: Order, taking: readonly number[], machines: Machines): readonly number[] | Because {
  const { work, resume } = order;
  if (resume === undefined || work.kind !== 'agent') return taking;
  const id = listedId(order.id);
  if (!traitsOf(work.agent).keepsSessions) return because.noSession(`${work.agent} keeps no sessions that could be resumed`, id);
  // Of an order for all, each machine has its own.
  const those = order.assign.kind === 'all' ? new Map([...machines].filter(([machine]) => taking.includes(machine))) : machines;
  const session = sessionOf(order, those);
  if (session === null)
    return isOccurrence(order.id) ? taking : because.noSession(`${work.agent} has no session of it to resume`, id);
  if (taking.includes(session.machine)) return [session.machine];
  const hasLeft = machines.get(session.machine)?.document.state === 'LEFT' ? ', which has left the fleet' : '';
  return because.noSession(`its session is on ${machineLabel(session.machine, machines)}${hasLeft}`, id);
}

/** The spec of a run of this machine, with the session that its agent goes on in: only the results tell which. */
export function inItsSession<T extends { readonly agent?: AgentRequest }>(
  spec: T,
  order: Order,
  me: number,
  machines: Machines,
): T {
  const own = machines.get(me);
  if (spec.agent === undefined || order.resume === undefined || own === undefined) return spec;
  const session = sessionOf(order, new Map([[me, own]]));
  return session === null ? spec : { ...spec, agent: { ...spec.agent, resume: resumed(order, session) } };
}

function resumed(order: Order, { id, run }: Session): Resumed {
  const { generation, attempt, state, work, outputs } = run;
  const told = Number(outputs?.session_told);
  const reason = 'reason' in run ? run.reason : null;
  return {
    session: id,
    generation,
    attempt,
    ...(Number.isFinite(told) ? { told } : {}),
    words: typeof order.resume === 'string' ? order.resume : null,
    ended: `generation ${generation}, attempt ${attempt}: ${state}${reason === null ? '' : `, ${reason}`}`,
    isSameTask: work === undefined || work === workHash(order),
  };
}

/** That of the newest run which has one. */
function sessionOf({ id, work, generation }: Order, machines: Machines): Session | null {
  let newest: Session | null = null;
  for (const machine of tellersOf(id, machines)) {
    const results = machines.get(machine)?.results;
    for (const run of results === undefined ? [] : runsOf(results, id).ended) {
      const { agent, session = '' } = run.outputs ?? {};
      if (work.kind !== 'agent' || agent !== work.agent || !SESSION.test(session) || run.generation > generation) continue;
      if (newest === null || isHigher(run, newest.run)) newest = { machine, id: session, run };
    }
  }
  return newest;
}
