// Reads `workspaces` of policy.yaml (O16): how much of this computer they may take.
import { WORKSPACE_LIMITS, type WorkspaceLimits } from '../../../core/model/orders/workspace.ts';

import type { WrongKey } from '../../../system/policy/placement.ts';

const UNITS: Readonly<Record<string, number>> = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** `wrong` makes the error of a key. */
export function readWorkspaceLimits(value: unknown, wrong: WrongKey): WorkspaceLimits {
  if (value === undefined || value === null) return WORKSPACE_LIMITS;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong('workspaces', '{ max: 8, disk: 20GB }', value);
  const unknown = Object.keys(value).find((key) => key !== 'max' && key !== 'disk');
  if (unknown !== undefined) throw wrong('workspaces', 'max and disk', unknown);
  const { max = WORKSPACE_LIMITS.max, disk } = value as { max?: unknown; disk?: unknown };
  if (typeof max !== 'number' || !Number.isInteger(max) || max < 1 || max > 1000)
    throw wrong('workspaces: max', 'a whole number from 1 to 1000', max);
  const diskBytes = disk === undefined ? WORKSPACE_LIMITS.diskBytes : sizeOf(disk);
  if (diskBytes === null) throw wrong('workspaces: disk', 'a size such as 500MB or 20GB', disk);
  return { max, diskBytes };
}

function sizeOf(value: unknown): number | null {
  const [, amount, unit] = /^\s*(\d{1,7}(?:\.\d{1,3})?)\s*(MB|GB|TB)\s*$/i.exec(String(value)) ?? [];
  const bytes = amount === undefined || unit === undefined ? 0 : Number(amount) * (UNITS[unit.toUpperCase()] ?? 0);
  return bytes > 0 ? bytes : null;
}
