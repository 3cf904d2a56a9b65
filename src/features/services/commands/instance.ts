// coord instance list, start, stop, restart, logs
import type { Context } from '../../../cli/context.ts';
import { paintState } from '../../../cli/output/state-words.ts';
import { ago, columns, plainCell } from '../../../cli/output/table.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { markedState } from '../../../documents/text/state-mark.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { becameWords, desiredState } from '../operations/desired-state.ts';
import { listInstances } from '../operations/instance-list.ts';
import { followServiceLog } from '../operations/service-log.ts';

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const {
    file,
    exists,
    daemon,
    programs: services,
    faults,
    warnings,
  } = await listInstances(folder, await context.journal(folder));
  if (json) {
    context.out(visibleJson(JSON.stringify({ file, exists, daemon, programs: services, faults, warnings }, null, 2)));
    return EXIT.done;
  }
  const { paint } = context;
  for (const line of [...faults, ...warnings]) context.note(paint.yellow(visibleText(`! ${line}`)));
  if (!exists && services.length === 0) {
    context.out(`no programs: there is no ${file} (docs/instances.md says what it holds)`);
    return EXIT.done;
  }
  if (!daemon && services.length > 0) context.note(paint.yellow('! no daemon runs: coord daemon start'));
  const nowMs = context.nowMs();
  const rows = services.map((service) => {
    const { name, state, givenUp, pid, port, load, capacity, specialties, since, detail, managed } = service;
    const words = [specialties.join(', '), ...(managed ? [] : ['managed: false'])].filter((it) => it !== '').join(' · ');
    return [
      name,
      `${markedState(state)}${givenUp ? ', given up' : ''}`,
      pid === null ? '-' : String(pid),
      port === null ? '-' : String(port),
      `${load}/${capacity}`,
      since === '' ? '-' : ago(since, nowMs),
      [words, plainCell(detail ?? '', 300)].filter((it) => it !== '').join(' · '),
    ];
  });
  const lines = columns([['NAME', 'STATE', 'PID', 'PORT', 'CALLS', 'SINCE', ''], ...rows], (cell, column, row) =>
    row === 0 ? paint.dim(cell) : column === 1 ? paintState(cell, paint) : cell,
  );
  for (const line of lines) context.out(line);
  return EXIT.done;
}

export async function wish(
  context: Context,
  verb: 'start' | 'stop' | 'restart',
  names: readonly string[],
  { all = false }: { readonly all?: boolean },
): Promise<number> {
  const folder = context.fleet();
  if (all === names.length > 0)
    throw new CoordError(
      'USAGE',
      `expected names of programs or --all, found ${all ? 'both' : 'neither'}`,
      'coord instance list',
    );
  const what = verb === 'stop' ? 'ending' : 'starting';
  const done = await context.busy(what, desiredState(await context.world(), folder, verb, names));
  for (const one of done) context.out(visibleText(becameWords(one)));
  if (done.length === 0) context.out('there is none');
  return done.every(({ isDone }) => isDone) ? EXIT.done : EXIT.failed;
}

export async function logs(context: Context, name: string, options: { readonly follow?: boolean }): Promise<number> {
  const write = (text: string) => void process.stdout.write(context.isTerminal ? visibleText(text) : text);
  await followServiceLog(context.fleet(), name, options.follow === true, write);
  return EXIT.done;
}
