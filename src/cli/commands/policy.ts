// coord allow, coord deny

import { WORK_KINDS } from '../../core/model/order.ts';
import { CoordError, EXIT } from '../../errors.ts';
import { changePolicy, type PolicyList, policyPath, readPolicy } from '../../system/policy-file.ts';
import type { Context } from '../context.ts';

export async function run(context: Context, verb: 'allow' | 'deny', what: string | null, value: string | null): Promise<number> {
  const folder = context.fleet();
  const { home } = await context.world();
  if (what === null) {
    show(context, home, folder.root);
    return EXIT.done;
  }
  const [list, word] = target(what, value);
  const changed = changePolicy(home, folder.root, list, word, verb === 'allow');
  const state = verb === 'allow' ? 'allowed' : 'not allowed';
  context.out(
    `${what}${value === null ? '' : ` ${value}`} ${changed ? 'is now' : 'was already'} ${state} for orders of this fleet on this computer (${policyPath(home)})`,
  );
  if (changed && verb === 'allow') context.out('what waited for it starts with the next coord sync');
  if (changed && list === 'allow' && verb === 'allow') {
    const can = what === 'call' ? 'send requests to the programs of .coord/instances.yaml' : 'run commands here as you';
    context.out(context.paint.yellow(`whoever can push to this repo can now ${can}`));
  }
  return EXIT.done;
}

function target(what: string, value: string | null): [PolicyList, string] {
  if ((WORK_KINDS as readonly string[]).includes(what)) {
    if (value !== null)
      throw new CoordError('USAGE', `coord allow ${what} takes no further word, found ${value}`, 'coord allow --help');
    return ['allow', what];
  }
  if ((what === 'folder' || what === 'env') && value !== null) return [what === 'folder' ? 'folders' : 'env', value];
  throw new CoordError(
    'USAGE',
    `expected ${WORK_KINDS.join(', ')}, folder <path> or env <name>, found ${what}`,
    'coord allow --help',
  );
}

function show(context: Context, home: string, root: string): void {
  const policy = readPolicy(home, root);
  const list = (words: readonly string[]) => (words.length === 0 ? 'none' : words.join(', '));
  context.out(`kinds of work: ${list(policy.allow)}`);
  context.out(`folders:       ${list(policy.folders)}`);
  context.out(`variables:     ${list(policy.env)} (beside those that change no code)`);
  context.out(`slots:         ${policy.slots}`);
  context.out(`secrets from:  ${list(policy.secrets)}`);
  context.out(`file:          ${policyPath(home)}`);
}
