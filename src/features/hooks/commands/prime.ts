// coord prime
import type { Reading } from '../../../cli/context.ts';
import { EXIT } from '../../../errors.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import { agentPrimer } from '../documents/agent-primer.ts';

export async function run(context: Reading): Promise<number> {
  context.out(agentPrimer(syncedView(context.fleet())));
  return EXIT.done;
}
