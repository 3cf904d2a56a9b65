// coord tool add, coord tool remove, coord tool list
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { changeTools, type NamedTool, toolsNamed } from '../../../operations/machine/tools.ts';
import type { Context } from '../../context.ts';
import { columns, plainCell } from '../../output/table.ts';

export async function change(context: Context, names: readonly string[], isThere: boolean): Promise<number> {
  const world = await context.world();
  const tools = changeTools(world, context.fleet(), names, isThere);
  show(context, tools);
  const missing = tools.filter(({ name, program }) => program === null && names.includes(name));
  for (const { name } of missing)
    context.note(context.paint.yellow(`! ${name} is not on the PATH of runs here; orders can use it once it is`));
  context.note('the board shows it after the next coord sync');
  return EXIT.done;
}

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const tools = toolsNamed(await context.world(), context.fleet());
  if (json) context.out(visibleJson(JSON.stringify(tools, null, 2)));
  else show(context, tools);
  return EXIT.done;
}

function show(context: Context, tools: readonly NamedTool[]): void {
  if (tools.length === 0)
    context.out('none were added; where shell orders are allowed, tools on the PATH are found without being added');
  for (const row of columns(tools.map(({ name, program }) => [name, plainCell(program ?? 'not found', 200)]))) context.out(row);
}
