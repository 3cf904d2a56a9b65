// Sums up what runs of agents cost on this machine, and says whether its owner's budget is spent (O21). What an agent does not tell is not known,
// and counts as nothing. Pure.
import { isoTime, parseTime } from '../base/time.ts';
import type { AgentBudget, Cost, Spent } from '../model/machines/spending.ts';

/** No run costs more: what says so is wrong. */
const USD_MAX = 1e6;
const TOKENS_MAX = 1e12;
const DAY_MS = 86_400_000;
/** Days that are kept: those of two months. */
const DAYS_MAX = 62;

/** What a run told of its cost, in its outputs; null = nothing. */
export function costIn(outputs: Readonly<Record<string, string>>): Partial<Cost> | null {
  const [usd, tokens] = [amountIn(outputs.cost_usd, USD_MAX), amountIn(outputs.tokens, TOKENS_MAX)];
  if (usd === null && tokens === null) return null;
  return { ...(usd === null ? {} : { usd }), ...(tokens === null ? {} : { tokens }) };
}

/** What a run cost, and when it ended: ISO 8601 UTC. */
export type EndedCost = Partial<Cost> & { readonly at: string };

/** Each on the day of its end; the same object where nothing was spent. */
export function withSpent(spent: Spent, costs: readonly EndedCost[]): Spent {
  if (costs.length === 0) return spent;
  const days = new Map(Object.entries(spent));
  for (const { at, usd = 0, tokens = 0 } of costs) {
    const day = at.slice(0, 10);
    const before = days.get(day) ?? { usd: 0, tokens: 0 };
    days.set(day, { usd: rounded(before.usd + usd), tokens: before.tokens + tokens });
  }
  return Object.fromEntries([...days].sort(([one], [other]) => (one < other ? -1 : 1)).slice(-DAYS_MAX));
}

/** With all that stands on later days on that one. */
export function withDaysAheadOn(spent: Spent, day: string): Spent {
  const moved = Object.entries(spent).map(([at, cost]) => ({ ...cost, at: at > day ? day : at }));
  return withSpent({}, moved);
}

/**
 * Null = there is something left. Days that lie ahead of the clock count as today: a clock that was set back makes nothing unspent. `until`: when
 * it begins again, ISO 8601 UTC.
 */
export function budgetOver(
  budget: AgentBudget,
  spent: Spent,
  nowMs: number,
): { readonly what: string; readonly until: string } | null {
  const day = isoTime(nowMs).slice(0, 10);
  const month = day.slice(0, 7);
  const since = (from: string) => Object.entries(spent).flatMap(([at, cost]) => (at >= from ? [cost] : []));
  const total = (costs: readonly Cost[], of: keyof Cost) => costs.reduce((sum, cost) => sum + cost[of], 0);
  const [today, thisMonth] = [since(day), since(month)];
  const isOver = (max: number | null, costs: readonly Cost[], of: keyof Cost) => max !== null && total(costs, of) >= max;
  const nextMonth = isoTime(parseTime(`${month}-01T00:00:00.000Z`) + 32 * DAY_MS).slice(0, 7);
  if (isOver(budget.usdPerMonth, thisMonth, 'usd'))
    return { what: `${budget.usdPerMonth} USD a month`, until: `${nextMonth}-01` };
  if (isOver(budget.tokensPerMonth, thisMonth, 'tokens'))
    return { what: `${budget.tokensPerMonth} tokens a month`, until: `${nextMonth}-01` };
  const tomorrow = isoTime(parseTime(`${day}T00:00:00.000Z`) + DAY_MS).slice(0, 10);
  if (isOver(budget.usdPerDay, today, 'usd')) return { what: `${budget.usdPerDay} USD a day`, until: tomorrow };
  if (isOver(budget.tokensPerDay, today, 'tokens')) return { what: `${budget.tokensPerDay} tokens a day`, until: tomorrow };
  return null;
}

function amountIn(written: string | undefined, max: number): number | null {
  const amount = written === undefined || written.trim() === '' ? Number.NaN : Number(written);
  return Number.isFinite(amount) && amount >= 0 ? Math.min(amount, max) : null;
}

/** Sums of cents must not grow digits. */
export function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
