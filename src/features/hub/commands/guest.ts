// coord guest add, list, remove
import type { Context } from '../../../cli/context.ts';
import { ago, columns, plainCell } from '../../../cli/output/table.ts';
import { EXIT } from '../../../errors.ts';
import { addGuest, listGuests, removeGuest } from '../operations/guests.ts';

/** The token alone on standard output: for a program that takes it from there. */
export async function add(context: Context, id: string, { may }: { readonly may: readonly string[] }): Promise<number> {
  const token = await addGuest(await context.world(), context.fleet(), id, may);
  context.note(`guest ${id} may ${may.join(', ')}; its token, which is shown this once:`);
  context.out(token);
  return EXIT.done;
}

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const guests = listGuests(context.fleet());
  if (json) context.out(JSON.stringify(guests, null, 2));
  else if (guests.length === 0) context.out('no guest is known here: coord guest add <id>');
  else {
    const nowMs = context.nowMs();
    const rows = guests.map(({ id, may, status, since }) => [
      id,
      may.join(', ') || '-',
      since === null ? '-' : ago(since, nowMs),
      plainCell(status ?? '-', 200),
    ]);
    const lines = columns([['GUEST', 'MAY', 'SINCE', 'STATUS'], ...rows], (cell, _column, row) =>
      row === 0 ? context.paint.dim(cell) : cell,
    );
    for (const line of lines) context.out(line);
  }
  return EXIT.done;
}

export async function remove(context: Context, id: string): Promise<number> {
  await removeGuest(context.fleet(), id);
  context.out(`guest ${id} was removed: its token counts no more`);
  return EXIT.done;
}
