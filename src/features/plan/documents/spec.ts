// Reads specs/**.md (D10): prose with front matter (mvp, owner, defaults) and lists of tasks under `## Tasks`, all of it optional. A bad
// task stops only itself; bad defaults stop all tasks.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { SpecDocument, SpecTask, TaskField } from '../../../core/model/orders/spec.ts';
import type { Fault, Parsed } from '../../../core/model/status/fault.ts';
import { unknownField } from '../../../documents/json/unknown-field.ts';
import type { TypedPath } from '../../../documents/text/as-typed.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { DOCUMENT_LIMITS, isTooLarge } from '../../../documents/text/limits.ts';
import { type FrontMatter, hasFrontMatter, readFrontMatter } from '../../../documents/yaml/front-matter.ts';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';
import { readTaskBody, SpecYaml, TASK_FIELDS, taskValue } from './spec-fields.ts';
import { type TaskLines, taskLists } from './spec-lines.ts';
import { orderId, slug, TASK_ID } from './spec-names.ts';

const TYPED: readonly TypedPath[] = [['mvp'], ['owner'], ['defaults', 'env', '*']];

/** `yaml` counts what of it is YAML. */
export function parseSpec(text: string, path: string, yaml: SpecYaml = new SpecYaml()): Parsed<SpecDocument> {
  const fault = (line: number | null, column: number | null, expected: string, found: string): Fault => {
    return { document: path, line, column, level: 'fault', expected, found: visibleText(found) };
  };
  if (isTooLarge(text)) return { value: null, faults: [fault(null, null, 'at most 1 MiB of text', 'more')] };
  const head = hasFrontMatter(text)
    ? readFrontMatter(text, path, (head, document) => readYaml(head, document, TYPED))
    : noHead(text);
  yaml.take(text.length - head.body.length);
  if (head.data === null) return { value: null, faults: head.faults };
  const faults: Fault[] = [];
  const word = (key: string): string | null => {
    const value = head.data?.[key];
    if (value === undefined || value === null) return null;
    const written = typeof value === 'number' ? String(value) : value;
    if (typeof written === 'string' && /^[^\p{Cc}]{1,100}$/u.test(written.trim())) return written.trim();
    const at = head.positionOf(key);
    const expected = `"${key}" to be a name of one line, 100 characters at most`;
    faults.push({
      ...fault(at?.line ?? null, at?.column ?? null, expected, JSON.stringify(value).slice(0, 60)),
      level: 'warning',
    });
    return null;
  };
  const [mvp, owner] = [word('mvp'), word('owner')];
  const defaults = defaultsOf(head, fault);
  if (Array.isArray(defaults)) faults.push(...defaults);
  const offset = text.slice(0, text.length - head.body.length).split('\n').length - 1;
  const lists = taskLists(head.body, offset);
  if (lists.tasks.length > DOCUMENT_LIMITS.entriesMax)
    return { value: null, faults: [fault(null, null, `at most ${DOCUMENT_LIMITS.entriesMax} tasks`, 'more')] };
  for (const line of lists.boxless)
    faults.push({ ...fault(line, 1, 'a task: - [ ] …', 'a list item without a box, which is ignored'), level: 'warning' });
  const read = lists.tasks.map((task, at) =>
    taskOf(task, lists.tasks[at - 1], path, yaml, (slip) => faults.push({ document: path, ...slip })),
  );
  const tasks = withoutDoubles(
    read.filter((_, at) => !lists.tasks[at]?.draft),
    (task) =>
      faults.push(fault(task.line, task.column, 'each id once: give one of the tasks an "id"', `"${task.id}" a second time`)),
  );
  const value: SpecDocument = {
    ...{ path, title: lists.title, mvp, owner },
    defaults: Array.isArray(defaults) ? {} : defaults,
    tasks: Array.isArray(defaults) ? null : tasks,
    drafts: read.filter((_, at) => lists.tasks[at]?.draft),
    draftLine: lists.draftLine,
    draftEnd: lists.draftEnd,
  };
  return { value, faults };
}

function noHead(text: string): FrontMatter {
  return { data: {}, body: text.replace(/^\ufeff/, ''), faults: [], positionOf: () => null };
}

type FaultAt = (line: number | null, column: number | null, expected: string, found: string) => Fault;

function defaultsOf({ data, positionOf }: FrontMatter, fault: FaultAt): Readonly<Record<string, TaskField>> | Fault[] {
  const written = data?.defaults ?? null;
  if (written === null) return {};
  const at = positionOf('defaults');
  if (typeof written !== 'object' || Array.isArray(written))
    return [
      fault(at?.line ?? null, at?.column ?? null, '"defaults" to be fields of an order: { assign: pc }', JSON.stringify(written)),
    ];
  const faults: Fault[] = [];
  const fields: Record<string, TaskField> = Object.create(null);
  for (const [key, value] of Object.entries(written)) {
    const place = positionOf('defaults', key) ?? at ?? { line: 1, column: 1 };
    const name = key.toLowerCase().replaceAll('-', '_');
    if (TASK_FIELDS.includes(name)) fields[name] = { ...place, value: defaultValue(name, value as Json) };
    else {
      const unknown = unknownField(key, new Set(TASK_FIELDS));
      if (unknown === null) continue;
      faults.push({ ...fault(place.line, place.column, `one of ${TASK_FIELDS.join(', ')}`, `"${key}"`), unknown });
    }
  }
  return faults.length > 0 ? faults : fields;
}

/** One word may stand for a list of one. */
function defaultValue(name: string, value: Json): Json {
  if (taskValue(name) !== 'list' || typeof value !== 'string') return value;
  return value === 'none' ? [] : [value];
}

type Slip = Omit<Fault, 'document'>;

function taskOf(
  task: TaskLines,
  above: TaskLines | undefined,
  path: string,
  yaml: SpecYaml,
  tell: (slip: Slip) => void,
): SpecTask {
  const { line, column, title, ticked } = task;
  const body = readTaskBody(task.lines, yaml);
  for (const slip of body.slips) tell({ ...slip, found: visibleText(slip.found) });
  let isBad = body.slips.some(({ level }) => level === 'fault');
  const bad = (place: { line: number; column: number }, expected: string, found: string) => {
    isBad = true;
    tell({ line: place.line, column: place.column, level: 'fault', expected, found: visibleText(found) });
  };
  const own = body.id === null ? null : String(body.id.value).toLowerCase();
  if (body.id !== null && own !== null && !TASK_ID.test(own))
    bad(body.id, '"id" to be 1 to 63 of a-z 0-9 _ -, first a letter or digit', `"${own}"`);
  const made = slug(title);
  if (own === null && made === '') bad(task, 'an "id": the title has none of a-z 0-9', `"${title}"`);
  if (title.length > 500) bad(task, 'a title of 500 characters at most', `${title.length}`);
  const id = own ?? (made === '' ? null : made);
  const group = task.group === null || body.fields.feature !== undefined ? null : task.group;
  return {
    ...{ line, column, title, ticked },
    ...{ id, order: id === null ? null : orderId(path, id) },
    fields: group === null ? body.fields : { ...body.fields, feature: { line, column, value: group } },
    prose: body.prose,
    follows: task.numbered && above?.numbered === true && above.group === task.group && above.draft === task.draft,
    isBad,
  };
}

/** D4: what is given twice stops all that share it; told of each but the first. */
function withoutDoubles(tasks: readonly SpecTask[], tell: (task: SpecTask) => void): SpecTask[] {
  const first = new Map<string, SpecTask>();
  const doubled = new Set<string>();
  for (const task of tasks) {
    if (task.id === null) continue;
    if (first.has(task.id)) {
      doubled.add(task.id);
      tell(task);
    } else first.set(task.id, task);
  }
  return tasks.map((task) => (task.id !== null && doubled.has(task.id) ? { ...task, isBad: true } : task));
}
