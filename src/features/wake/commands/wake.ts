// coord wake
import type { Context } from '../../../cli/context.ts';
import { warnUnsaid } from '../../../cli/output/consequence.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { wakeMachine } from '../operations/wake-machine.ts';

export async function run(context: Context, word: string, options: { readonly json?: boolean }): Promise<number> {
  const report = await context.busy('waking', wakeMachine(await context.world(), context.fleet(), word));
  const { machine, label, isThere, sentHere, asked, askedLabel, problem, mayBeAwake, sync } = report;
  if (options.json) context.out(visibleJson(JSON.stringify({ machine, isThere, sentHere, mayBeAwake, asked, problem }, null, 2)));
  else if (isThere) context.out(visibleText(`${label} is awake, as far as is known here: coord machines`));
  else {
    const then = mayBeAwake ? 'it may be awake: nothing here shows that it sleeps' : 'coord status shows it once it is back';
    if (sentHere) context.out(visibleText(`sent a packet to wake ${label} · ${then}`));
    if (problem !== null) context.note(context.paint.yellow(visibleText(`! ${problem}`)));
    if (askedLabel !== null)
      context.out(visibleText(`asked ${askedLabel} to wake ${label}: it does at its next sync, if that is within 10 minutes`));
  }
  if (asked === null) return EXIT.done;
  warnUnsaid(context, sync);
  return EXIT.done;
}
