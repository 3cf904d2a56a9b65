// Reads `budget` of policy.yaml (O21): what runs of agents may cost on this computer together. What cannot be read throws, and nothing runs (O10).
import type { AgentBudget } from '../../../core/model/machines/spending.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { WrongKey } from '../../../system/policy/placement.ts';

const KEYS = ['usd_per_day', 'usd_per_month', 'tokens_per_day', 'tokens_per_month'] as const;

/** `wrong` makes the error of a key. */
export function readAgentBudget(value: unknown, wrong: WrongKey): AgentBudget | undefined {
  if (value === undefined) return undefined;
  if (!isRecord(value) || Object.keys(value).length === 0) throw wrong('budget', '{ usd_per_day: 5 }', value);
  const unknown = Object.keys(value).find((key) => !KEYS.some((it) => it === key));
  if (unknown !== undefined) throw wrong('budget', KEYS.join(', '), unknown);
  const [usdPerDay, usdPerMonth, tokensPerDay, tokensPerMonth] = KEYS.map((key): number | null => {
    const amount = value[key];
    if (amount === undefined) return null;
    if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) return amount;
    throw wrong(`budget: ${key}`, 'a number, 0 or more', amount);
  }) as [number | null, number | null, number | null, number | null];
  return { usdPerDay, usdPerMonth, tokensPerDay, tokensPerMonth };
}
