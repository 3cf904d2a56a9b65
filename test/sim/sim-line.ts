// What stands between one computer and the hub: cuts one way and both ways, answers that are lost, refs of one push that are taken
// one after the other with time between them, and a mirror that shows an older state, but never goes back.
import type { PushReport, RefOutcome, RefUpdate, Trouble } from '../../src/core/model/ledger/push.ts';
import type { Ledger } from '../../src/ports.ts';
import type { MemoryFolder } from '../memory/memory-seen.ts';
import type { Chance } from './chance.ts';
import type { SimHub } from './sim-hub.ts';
import { count, type Truth } from './truth.ts';

export interface SimLine {
  /** `out`: nothing arrives; `back`: requests arrive and answers do not. */
  cut: 'none' | 'out' | 'back';
  /** How often a push is lost on the way, its answer is, or the connection breaks between its refs. */
  loss: number;
  /** How often a fetch shows an older state. */
  staleness: number;
  /** For hand-made histories: its mirror shows this state until told otherwise. */
  standsAt: number | null;
  /** A hook of the host that refuses a push as a whole. */
  refusesWhole: boolean;
  /** The newest state that this computer was shown. */
  shownAt: number;
  /** How often it has asked the hub, with any answer. */
  asked: number;
}

export interface LineAround {
  readonly hub: SimHub;
  readonly chance: Chance;
  readonly truth: Truth;
  gate(what: string): Promise<void>;
  log(text: string): void;
  /** Stamps a commit's message, as git would with its own time: no two processes make one commit. */
  stamp(message: string): string;
  onFetch(refs: ReadonlyMap<string, string>): void;
  onWrite(updates: readonly RefUpdate[]): Promise<void>;
  onClaim(name: string, commit: string, message: string): void;
  onPush(updates: readonly RefUpdate[]): void;
  /** The hub took it. */
  onMove(update: RefUpdate, before: string | null): Promise<void>;
}

const CUT: Trouble = { code: 'NETWORK', message: 'the line is cut' };

/** `folder`: the machine's clone, which all its processes share. */
export function createSimLedger(line: SimLine, folder: MemoryFolder, around: LineAround): Ledger {
  const { hub, chance, truth } = around;
  let shown = hub.states[0] as ReadonlyMap<string, string>;
  const ledger = hub.open(() => shown, folder);
  const judge = async (update: RefUpdate): Promise<RefOutcome> => {
    const before = hub.refs.get(update.ref) ?? null;
    const report = await ledger.push([update]);
    const outcome = report.kind === 'answered' ? report.refs.get(update.ref) : undefined;
    if (outcome === undefined) throw new Error('the hub gave no answer');
    if (outcome.kind === 'accepted' && before !== update.commit) {
      hub.note();
      await around.onMove(update, before);
    }
    return outcome;
  };
  return {
    ...ledger,
    async fetch(board, first, pushed) {
      line.asked += 1;
      await around.gate('fetch');
      if (line.cut !== 'none' || chance.is(line.loss)) {
        around.log('fetch fails');
        return { kind: 'unreachable', trouble: CUT };
      }
      const newest = hub.states.length - 1;
      if (line.standsAt !== null) line.shownAt = line.standsAt;
      else if (newest > line.shownAt && chance.is(line.staleness)) {
        line.shownAt = chance.between(line.shownAt, newest - 1);
        count(truth, 'fetches that showed an older state');
      } else line.shownAt = newest;
      shown = hub.states[line.shownAt] ?? shown;
      const fetched = await ledger.fetch(board, first, pushed);
      around.onFetch(shown);
      await around.gate('fetch answered');
      return fetched;
    },
    async write(changes) {
      await around.gate('write');
      const lane = changes.lane === null ? null : { ...changes.lane, message: around.stamp(changes.lane.message) };
      const boards = changes.boards.map((board) => ({ ...board, message: around.stamp(board.message) }));
      const claims = (changes.claims ?? []).map((claim) =>
        claim.kind === 'create' ? { ...claim, message: around.stamp(claim.message) } : claim,
      );
      const updates = await ledger.write({ ...changes, lane, boards, claims });
      for (const claim of claims) {
        const commit = updates.find((update) => update.what === 'claim' && update.name === claim.name)?.commit;
        if (claim.kind === 'create' && commit != null) around.onClaim(claim.name, commit, claim.message);
      }
      await around.onWrite(updates);
      return updates;
    },
    async push(updates): Promise<PushReport> {
      await around.gate('push');
      around.onPush(updates);
      const seen = folder.seen;
      const unanswered = (): PushReport => {
        // What nobody answered moves no view (R5).
        folder.seen = seen;
        return { kind: 'unknown', trouble: CUT };
      };
      const fate = chance.is(line.loss) ? chance.pick(['request', 'answer', 'half'] as const) : 'none';
      if (line.cut === 'out' || fate === 'request') {
        count(truth, 'pushes that did not arrive');
        around.log('push does not arrive');
        return { kind: 'unknown', trouble: CUT };
      }
      const refs = new Map<string, RefOutcome>();
      if (line.refusesWhole && updates.some(({ what }) => what === 'main' || what === 'board')) {
        for (const { ref } of updates) refs.set(ref, { kind: 'refused', detail: 'pre-receive hook declined' });
      }
      const turned = chance.is(0.5) ? [...updates].reverse() : updates;
      for (const [index, update] of refs.size > 0 ? [] : turned.entries()) {
        if (index > 0) await around.gate('between two refs');
        if (index > 0 && fate === 'half') {
          count(truth, 'pushes cut between two refs');
          return unanswered();
        }
        const outcome = await judge(update);
        refs.set(update.ref, outcome);
        if (outcome.kind === 'refused') count(truth, `refusals of ${update.what}`);
        around.log(`push ${update.ref} ${update.commit?.slice(0, 7) ?? 'deleted'} ${outcome.kind}`);
      }
      await around.gate('push answered');
      if (line.cut === 'back' || fate === 'answer') {
        count(truth, 'answers lost');
        around.log('answer of push lost');
        return unanswered();
      }
      return { kind: 'answered', refs };
    },
  };
}
