// H4: how much of a simulated computer is in use. Not by chance, so that what else is drawn by it stays as it was.
import { hash } from '../../src/core/base/hash.ts';
import type { Usage } from '../../src/core/model/machines/usage.ts';

/** H4: another one every ten minutes. */
export function usageAt(name: string, nowMs: number): Usage {
  const share = (what: string) => (hash(`${name} ${what} ${Math.floor(nowMs / 600_000)}`) % 11) / 10;
  return { cpu: share('cpu'), memory: share('memory') };
}
