// coord top
import { CoordError, EXIT } from '../../../errors.ts';
import type { Context } from '../../context.ts';
import { createCommands } from '../../top/acts.ts';

export async function run(context: Context): Promise<number> {
  context.fleet();
  if (!context.isTerminal || process.stdin.isTTY !== true || process.env.TERM === 'dumb') {
    const [where, found] = context.isTerminal
      ? process.stdin.isTTY === true
        ? ['TERM', 'a terminal that cannot be drawn on']
        : ['standard input', 'none']
      : ['standard output', 'none'];
    throw new CoordError(
      'USAGE',
      `coord top draws on a terminal: ${where}: expected one, found ${found}`,
      'coord status --watch',
    );
  }
  const { showScreen } = await import('../../top/screen.ts');
  const session = await showScreen(context, createCommands(context));
  const going = session.underWay();
  if (going === null) return EXIT.done;
  // It is recorded already, or will be: a person who quits should see the outcome.
  await context.busy(going.what, going.done);
  for (const line of session.notice()) context.out(line);
  return EXIT.done;
}
