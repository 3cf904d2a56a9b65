// Renders HANDOFF.md (D9): the newest hand-off of each machine, then of each project. Each line is quoted and escaped, so no text can look
// like coord's, load an image or lead elsewhere. A pure function of the machines' documents (D6).
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import type { StatusDocument } from '../../../core/model/status/status.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { markdownCell, markdownQuote } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { type HandOffs, newestOfEach, newestOfProjects, type PlacedHandOff } from '../rules/hand-offs.ts';
import { handOffsPath } from './hand-offs.ts';

const HANDOFF_PATH = 'HANDOFF.md';
const MENTIONED_MAX = 3;
/** The rest stands in the machines' own documents. */
const MACHINES_MAX = 100;
const PROJECTS_MAX = 50;
const TEXT_SHOWN_MAX = 2_000;

export const handOffPage: DocumentKind = {
  owner: 'derived',
  path: HANDOFF_PATH,
  fold: ({ more, status }) => renderHandOffPage(more.handOffs ?? new Map(), status.machines),
  mention,
};

/** Null = nobody has handed anything off. */
export function renderHandOffPage(handOffs: HandOffs, machines: StatusDocument['machines']): string | null {
  const newest = newestOfEach(handOffs);
  if (newest.length === 0) return null;
  const shown = new Set(newest.map(keyOf));
  const others = newestOfProjects(handOffs).filter((it) => !shown.has(keyOf(it)));
  const entry = (it: PlacedHandOff) => entryOf(it, machines[String(it.machine)]?.name ?? '');
  const blocks = [
    '# Hand-offs',
    'What was done, what is open, and where to go on, as those who stopped wrote it: the newest of each machine.',
    ...newest.slice(0, MACHINES_MAX).flatMap(entry),
    ...(others.length === 0 ? [] : ['# Other projects', ...others.slice(0, PROJECTS_MAX).flatMap(entry)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** In one line; the page has the whole. */
function mention({ handOffs = [], machines }: StatusDocument): readonly string[] {
  const shown = handOffs.slice(0, MENTIONED_MAX).map(({ machine, at, project, text }) => {
    const who = `**${numberedName(machine, markdownCell(machines[String(machine)]?.name ?? ''))}**`;
    return `${who} ${markdownCell(project)} (${readableTime(at)}): ${markdownCell(text)}`;
  });
  return shown.length === 0 ? [] : [`[Last hand-offs](${HANDOFF_PATH}): ${shown.join(' · ')}`];
}

function entryOf(it: PlacedHandOff, name: string): string[] {
  const who = `[${numberedName(it.machine, markdownCell(name))}](${handOffsPath(it.machine)})`;
  const head = [
    who,
    markdownCell(it.project),
    ...(it.order === null ? [] : [`order ${markdownCell(it.order)}`]),
    readableTime(it.at),
  ];
  const part = (word: string, text: string | null) => (text === null ? [] : [`**${word}**`, quoted(text)]);
  return [
    `## ${head.join(' · ')}`,
    quoted(it.done),
    ...part('Open', it.open),
    ...part('Where', it.where),
    ...part('Next', it.next),
  ];
}

function quoted(text: string): string {
  return markdownQuote(text.length <= TEXT_SHOWN_MAX ? text : `${text.slice(0, TEXT_SHOWN_MAX).toWellFormed()}…`);
}

function keyOf({ machine, at, project }: PlacedHandOff): string {
  return `${machine} ${at} ${project}`;
}
