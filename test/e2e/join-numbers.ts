// The numbers of the machines of a fleet, as the hub has them.
import type { Fleet } from './fleet.ts';

/** The numbers of the lanes on the hub. */
export const lanesOf = (fleet: Fleet) =>
  fleet
    .git('for-each-ref', '--format=%(refname)', 'refs/coord/machines')
    .split('\n')
    .filter(Boolean)
    .map((ref) => Number(ref.split('/').at(-1)))
    .sort((a, b) => a - b);

export const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
