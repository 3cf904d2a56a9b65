// Reads `workspaces` of policy.yaml (O16): how much of this computer they may take.
import { WORKSPACE_LIMITS, type WorkspaceLimits } from '../../../core/model/orders/workspace.ts';
import { parseSize } from '../../../documents/text/size.ts';
import type { WrongKey } from '../../../system/policy/placement.ts';

/** `wrong` makes the error of a key. */
export function readWorkspaceLimits(value: unknown, wrong: WrongKey): WorkspaceLimits {
  if (value === undefined || value === null) return WORKSPACE_LIMITS;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong('workspaces', '{ max: 8, disk: 20GB }', value);
  const unknown = Object.keys(value).find((key) => key !== 'max' && key !== 'disk');
  if (unknown !== undefined) throw wrong('workspaces', 'max and disk', unknown);
  const { max = WORKSPACE_LIMITS.max, disk } = value as { max?: unknown; disk?: unknown };
  if (typeof max !== 'number' || !Number.isInteger(max) || max < 1 || max > 1000)
    throw wrong('workspaces: max', 'a whole number from 1 to 1000', max);
  const diskBytes = disk === undefined ? WORKSPACE_LIMITS.diskBytes : parseSize(disk);
  if (diskBytes === null) throw wrong('workspaces: disk', 'a size such as 500MB or 20GB', disk);
  return { max, diskBytes };
}
