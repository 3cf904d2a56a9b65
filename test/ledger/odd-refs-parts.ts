// What the tests of odd refs share with the long ones.
import type { GitWorld } from './git-world.ts';

export const CLAIM = (name: string) => `refs/coord/claims/${name}`;

export const odd = (ref: string, why: string) => ({ ref, path: ref.slice('refs/coord/'.length), why });

/** What a host that looks at nothing takes. `world`: the one of the test that runs. */
export function oddObjects(world: () => GitWorld) {
  const object = (type: string, body: Buffer | string) =>
    world().hub(['hash-object', '-t', type, '--literally', '-w', '--stdin'], Buffer.from(body));
  const entry = (mode: string, name: string, id: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}`), Buffer.of(0), Buffer.from(id, 'hex')]);
  const commit = (tree: string, words = 'x') =>
    object('commit', `tree ${tree}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\n${words}\n`);
  return {
    ...{ object, entry, commit },
    point: (ref: string, id: string) => world().hub(['update-ref', ref, id]),
    /** git refuses it on the way out. */
    refusedTree: () => object('tree', entry('100644', '.git', object('blob', 'text'))),
    goodTree: () =>
      object('tree', entry('40000', 'coordination', object('tree', entry('100644', 'COMPUTER_2.md', object('blob', 'two'))))),
  };
}
