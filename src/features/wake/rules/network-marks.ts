// Networks are known by marks, `n3fa2.91bc`: of the subnet, and of the router where it is known (W1). A mark without a router is that of
// every network with such addresses. Pure.

/** `sure`: the router is the same, too. */
type Nearness = 'sure' | 'perhaps';

/** Null = they have no network in common. */
export function nearness(ones: readonly string[], others: readonly string[]): Nearness | null {
  let near: Nearness | null = null;
  for (const [subnet, router] of ones.map(partsOf)) {
    for (const [otherSubnet, otherRouter] of others.map(partsOf)) {
      if (subnet !== otherSubnet) continue;
      if (router === undefined || otherRouter === undefined) near ??= 'perhaps';
      else if (router === otherRouter) return 'sure';
    }
  }
  return near;
}

function partsOf(mark: string): readonly [subnet: string, router: string | undefined] {
  const [subnet = '', router] = mark.split('.');
  return [subnet, router];
}
