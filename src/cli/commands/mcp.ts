// coord mcp
import { visibleText } from '../../documents/escape-text.ts';
import { EXIT } from '../../errors.ts';
import { createDesk } from '../../mcp/desk.ts';
import type { Context } from '../context.ts';

/** Ends when standard input does, and with it whoever speaks here. */
export async function run(context: Context): Promise<number> {
  const { serveMcp } = await import('../../mcp/server.ts');
  if (process.stdin.isTTY === true) context.note('coord mcp is for agents: claude mcp add coord -- coord mcp; Ctrl-D ends it');
  const world = await context.world();
  const desk = createDesk({
    world,
    folder: () => context.fleet(),
    log: (text) => context.note(visibleText(`coord mcp: ${text}`)),
  });
  await serveMcp(desk, { version: world.version, input: process.stdin, output: ownOutput(), log: desk.log });
  // What was asked for is recorded, or about to be: it is seen to its end.
  await desk.settled();
  return EXIT.done;
}

/** Standard output for the protocol alone: whatever else would print there goes to standard error from now on. */
function ownOutput(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const own = Object.create(stdout, { write: { value: write } }) as NodeJS.WriteStream;
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return own;
}
