// What runs of agents cost here, and what they may cost together (O21).

/** What the owner lets them cost. Null = no limit. */
export interface AgentBudget {
  readonly usdPerDay: number | null;
  readonly usdPerMonth: number | null;
  readonly tokensPerDay: number | null;
  readonly tokensPerMonth: number | null;
}

export interface Cost {
  readonly usd: number;
  readonly tokens: number;
}

/** By day, `2026-11-20`, in UTC by this machine's own clock: what the runs cost that ended then. */
export type Spent = Readonly<Record<string, Cost>>;
