// coord artifacts
import { resolve } from 'node:path';
import type { Context } from '../../../cli/context.ts';
import { noteDoubted } from '../../../cli/output/doubt-notes.ts';
import { columns, plainCell } from '../../../cli/output/table.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { sizeWords } from '../../../core/base/size-words.ts';
import type { Artifact } from '../../../core/model/orders/artifact.ts';
import type { RunWithFiles, ShownArtifact } from '../../../core/model/orders/left-files.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { EXIT } from '../../../errors.ts';
import { getArtifacts, mustHaveLeft } from '../operations/get-artifacts.ts';

interface Options {
  readonly get?: string | true;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, id: string, { get, force = false, json }: Options): Promise<number> {
  const folder = context.fleet();
  noteDoubted(context, folder);
  const runs = mustHaveLeft(folder, id);
  if (json) context.out(visibleJson(JSON.stringify(runs, null, 2)));
  else if (get === undefined) for (const one of runs) show(context, one);
  if (get === undefined) {
    if (!json) context.note(`to fetch them: coord artifacts ${shellWord(id)} --get`);
    return EXIT.done;
  }
  const into = resolve(get === true ? `${id}-files` : get);
  const world = await context.world();
  let coming = '';
  const came = ({ name, size }: Artifact, bytes: number) => {
    coming = ` ${plainCell(name, 60)}: ${sizeWords(bytes)} of ${sizeWords(size)}`;
  };
  const getting = getArtifacts(world, folder, { runs, into, isForced: force, came });
  const { names, elsewhere } = await context.busy(() => `fetching${coming}`, getting);
  if (!json) for (const name of names) context.out(visibleText(name));
  for (const { name, size, at } of elsewhere)
    context.note(`not fetched: ${visibleText(name)} (${sizeWords(size)}): ${visibleText(at)}`);
  return elsewhere.length === 0 ? EXIT.done : EXIT.failed;
}

function show(context: Context, { machine, order, generation, attempt, state, until, files }: RunWithFiles): void {
  context.out(
    context.paint.bold(`${visibleText(order)} ${generation}.${attempt} on ${machine} · ${state} · until ${readableTime(until)}`),
  );
  const rows = files.map((file) => [
    `  ${plainCell(file.name, 200)}`,
    sizeWords(file.size),
    file.sha256,
    whereWords(file, machine),
  ]);
  for (const row of columns(rows)) context.out(row);
}

function whereWords({ where, at }: ShownArtifact, machine: number): string {
  if (where !== 'elsewhere') return where === 'repo' ? 'in the repo' : where;
  return at === undefined ? `on ${machine}` : plainCell(at, 300);
}
