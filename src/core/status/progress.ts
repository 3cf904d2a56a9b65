// The progress of each MVP and feature (D10), from orders, their states, and the specs. A step of a chain counts as an order. A schedule does not
// count, because it is never done. Pure.
import type { OrdersDocument } from '../model/orders/order.ts';
import type { OrderState } from '../model/orders/run.ts';
import type { SpecOutline } from '../model/orders/spec.ts';
import type { FeatureProgress, MvpProgress, Progress, ProgressCounts } from '../model/status/progress.ts';
import { isTemplate } from '../orders/occurrences.ts';
import { specPath } from '../orders/specs.ts';

type Kind = Exclude<keyof ProgressCounts, 'total' | 'percent'>;

interface Piece {
  readonly kind: Kind;
  readonly feature: string | null;
  readonly spec: string | null;
}

/** `stateOf`: the state of a listed order. `waitsForOthers`: it is BLOCKED and asks nobody for anything. */
export interface ProgressSources {
  readonly orders: OrdersDocument;
  readonly specs: ReadonlyMap<string, SpecOutline>;
  stateOf(id: string): OrderState | undefined;
  waitsForOthers(id: string): boolean;
}

const KIND_OF: Readonly<Record<OrderState, Kind>> = {
  QUEUED: 'waiting',
  ASSIGNED: 'waiting',
  IN_PROGRESS: 'running',
  COMPLETED: 'done',
  FAILED: 'failed',
  BLOCKED: 'blocked',
  CANCELLED: 'cancelled',
};

/** Null = there is no progress to report. */
export function progressOf(from: ProgressSources): Progress | null {
  const pieces = [...piecesOfOrders(from), ...piecesOfSpecs(from)];
  const names = new Map<string, SpecOutline[]>();
  for (const spec of [...from.specs.values()].sort((a, b) => (a.path < b.path ? -1 : 1)))
    if (spec.mvp !== null) names.set(spec.mvp, [...(names.get(spec.mvp) ?? []), spec]);
  const mvps = [...names].map(([name, specs]): MvpProgress => {
    const paths = specs.map(({ path }) => path);
    const mine = pieces.filter(({ spec }) => spec !== null && paths.includes(spec));
    const owner = specs.find((spec) => spec.owner !== null)?.owner;
    return { name, specs: paths, ...(owner == null ? {} : { owner }), ...countsOf(mine), features: featuresOf(mine) };
  });
  const features = featuresOf(pieces);
  return mvps.length === 0 && features.length === 0 ? null : { mvps, features };
}

function piecesOfOrders({ orders, stateOf, waitsForOthers }: ProgressSources): Piece[] {
  return orders.orders.flatMap((order): Piece[] => {
    const { id, feature, spec } = order;
    const state = stateOf(id);
    if (state === undefined || isTemplate(order)) return [];
    const kind = state === 'BLOCKED' && waitsForOthers(id) ? 'waiting' : KIND_OF[state];
    return [{ kind, feature, spec: specPath({ spec }) }];
  });
}

/** Counts tasks without an order: ticked ones are done, the others are to be planned. Drafts do not count. */
function piecesOfSpecs({ orders, specs, stateOf }: ProgressSources): Piece[] {
  const refused = new Set(orders.refused.map(({ id }) => id));
  return [...specs.values()].flatMap((spec) =>
    spec.tasks.flatMap(({ order, ticked, feature }): Piece[] => {
      if (order !== null && stateOf(order) !== undefined && !refused.has(order)) return [];
      return [{ kind: ticked ? 'done' : 'unplanned', feature, spec: spec.path }];
    }),
  );
}

function featuresOf(pieces: readonly Piece[]): FeatureProgress[] {
  const byName = new Map<string, Piece[]>();
  for (const piece of pieces)
    if (piece.feature !== null) {
      const mine = byName.get(piece.feature);
      if (mine === undefined) byName.set(piece.feature, [piece]);
      else mine.push(piece);
    }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, mine]) => ({ name, ...countsOf(mine) }));
}

function countsOf(pieces: readonly Piece[]): ProgressCounts {
  const count = (kind: Kind) => pieces.filter((piece) => piece.kind === kind).length;
  const [done, cancelled, unplanned] = [count('done'), count('cancelled'), count('unplanned')];
  const total = pieces.length - cancelled;
  return {
    ...{ total, done, running: count('running'), waiting: count('waiting') + unplanned },
    ...{ failed: count('failed'), blocked: count('blocked'), cancelled, unplanned },
    percent: total === 0 ? 0 : Math.floor((100 * done) / total),
  };
}
