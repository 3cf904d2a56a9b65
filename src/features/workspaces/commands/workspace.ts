// coord workspace list, coord workspace prune
import type { Context } from '../../../cli/context.ts';
import { ago, columns, plainCell } from '../../../cli/output/table.ts';
import { counted } from '../../../core/base/counted.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { lookAtWorkspaces, pruneWorkspaces, type WorkspaceSight } from '../operations/workspaces.ts';
import { diskWords } from '../rules/disk-words.ts';
import { type Left, leftWords, removeLeft } from '../system/set-aside.ts';

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const { home } = await context.world();
  const sight = lookAtWorkspaces(home);
  if (json) {
    context.out(visibleJson(JSON.stringify(sight, null, 2)));
    return EXIT.done;
  }
  const { workspaces, mirrors, left, bytes } = sight;
  if (workspaces.length === 0 && mirrors.length === 0 && left.length === 0) {
    context.out('no workspaces yet: orders with "workspace" make them');
    return EXIT.done;
  }
  for (const row of columns(workspaces.map((it) => rowOf(it, context.nowMs())))) context.out(row);
  context.out(`${counted(workspaces.length, 'workspace')} and ${counted(mirrors.length, 'mirror')}, ${diskWords(bytes)}`);
  sayLeft(context, left);
  return EXIT.done;
}

export async function prune(context: Context, { all = false }: { readonly all?: boolean }): Promise<number> {
  const { home } = await context.world();
  const { removed, left, mirrors } = await context.busy('removing', pruneWorkspaces(home, all));
  const freed = removed.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  context.out(`removed ${counted(removed.length, 'workspace')} (${diskWords(freed)}) and ${counted(mirrors, 'mirror')}`);
  const kept = left.filter(({ use }) => use === 'kept');
  if (kept.length > 0) context.out(`${kept.length} keep work that was not pushed; also these: coord workspace prune --all`);
  const used = left.length - kept.length;
  if (used > 0) context.out(`${used} in use`);
  sayLeft(context, lookAtWorkspaces(home).left);
  return EXIT.done;
}

function sayLeft(context: Context, left: readonly Left[]): void {
  if (left.length > 0) context.out(`${leftWords(left)}: ${removeLeft(left)}`);
}

function rowOf({ repo, path, use, last, bytes }: WorkspaceSight, nowMs: number): string[] {
  const run = last === null ? '-' : `${last.order} ${last.generation}.${last.attempt}`;
  return [
    use,
    run,
    last === null ? '-' : ago(last.at, nowMs),
    bytes === null ? '-' : diskWords(bytes),
    plainCell(repo, 80),
    plainCell(path, 200),
  ];
}
