// coord mcp
import { visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import type { ToolHandlers } from '../../../mcp/tool-answers.ts';
import type { Context } from '../../context.ts';

/** Ends when standard input does, that is, when the agent ends. */
export async function run(context: Context): Promise<number> {
  const { serveMcp, toolsHere } = await import('../../../mcp/server.ts');
  if (process.stdin.isTTY === true) context.note('coord mcp is for agents: claude mcp add coord -- coord mcp; Ctrl-D ends it');
  const log = (text: string) => context.note(visibleText(`coord mcp: ${text}`));
  const handlers = handlersWhenAsked(context, log);
  const { version } = await context.world();
  await serveMcp(handlers, { version, tools: toolsHere(process.env), input: process.stdin, output: ownOutput(), log });
  // What was asked for is recorded, or about to be: it is seen to its end.
  await handlers.settled();
  return EXIT.done;
}

/** An agent waits for its servers as it starts: what only a call needs is loaded with the first one. */
function handlersWhenAsked(context: Context, log: (text: string) => void): ToolHandlers {
  let made: Promise<ToolHandlers> | null = null;
  const handlers = () => {
    made ??= make(context, log);
    return made;
  };
  return {
    call: async (...words) => (await handlers()).call(...words),
    boardFiles: async () => (await handlers()).boardFiles(),
    boardText: async (path) => (await handlers()).boardText(path),
    settled: async () => (await made)?.settled(),
  };
}

async function make(context: Context, log: (text: string) => void): Promise<ToolHandlers> {
  const [{ createToolHandlers }, world] = await Promise.all([import('../../../mcp/tool-handlers.ts'), context.world()]);
  return createToolHandlers({ world: { ...world, isAgent: true }, folder: () => context.fleetHere(), log });
}

/** Standard output for the protocol alone: whatever else would print there goes to standard error from now on. */
function ownOutput(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  const own = Object.create(stdout, { write: { value: write } }) as NodeJS.WriteStream;
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return own;
}
