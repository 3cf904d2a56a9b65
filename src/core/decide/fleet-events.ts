// The events that are no end of a run (O19): emergencies, lost machines, local services that crashed, messages. Each has a name, which is the same
// on every machine, and the occurrence that it comes of, if one ran on its machine then. Pure.
import { isLike } from '../base/glob.ts';
import { plainLine } from '../base/plain-line.ts';
import { saidByProgram } from '../messages/program-address.ts';
import type { Machines } from '../model/machines/machines.ts';
import { EVERYBODY, type MailView, type Message, PEOPLE, type PeopleEntry, type Reader } from '../model/messages/message.ts';
import type { OlderRun, ResultsDocument, RunName, RunningRun } from '../model/orders/run.ts';
import { type OrderEvent, readServiceWords, type Trigger } from '../model/orders/trigger.ts';
import { highestLostBeat, isReportedLost } from '../presence/gone.ts';
import { depthOf } from '../runs/occurrence-name.ts';

/** So many messages of one log may fit a trigger; of more, the last ones count. */
const FITTING_MAX = 500;

export type Happened = Omit<OrderEvent, 'id' | 'kind'>;
/** `cause`: the occurrence of a trigger that it comes of; null = of none. */
export type Named = readonly [what: Happened, name: string, cause: string | null];

type Teller = Machines extends ReadonlyMap<number, infer View> ? View : never;

export function fleetEvents(on: Trigger, machines: Machines, mail: MailView): readonly Named[] {
  switch (on.kind) {
    case 'emergency':
      return machinesOf(on.of, machines).flatMap(emergencyOf);
    case 'lost':
      return machinesOf(on.of, machines).flatMap((view) => lossOf(view, machines));
    case 'program':
      return crashesOf(on.of, machines);
    case 'message':
      return machinesOf(on.of, machines).flatMap((view) => messagesTo(view, on.match ?? '*', machines, mail));
    default:
      return [];
  }
}

/** Those that are meant, without those that have left. */
export function machinesOf(of: string, machines: Machines): readonly Teller[] {
  const isMeant = (machine: number, name: string) =>
    of === 'any' || of === String(machine) || of.toLowerCase() === name.toLowerCase();
  return [...machines].flatMap(([machine, view]) =>
    view.document.state !== 'LEFT' && isMeant(machine, view.document.name) ? [view] : [],
  );
}

/** M6: what stands in its document. One that is over before anybody looks is none. */
function emergencyOf({ document: { machine, emergency }, results }: Teller): Named[] {
  if (emergency === undefined) return [];
  const { since, what } = emergency;
  return [[{ machine, at: since, text: plainLine(what) }, `${machine} ${since}`, ranThen(results, since)]];
}

/** F2: another machine calls it lost. The beat that it stands still at names the loss; after it was there again, the next loss has a higher one. */
function lossOf({ document: { machine, beat, name }, results }: Teller, machines: Machines): Named[] {
  if (!isReportedLost(machine, beat, machines)) return [];
  const cause = deepestOf(results.running);
  return [[{ machine, at: '', text: plainLine(name) }, `${machine} ${highestLostBeat(machine, machines)}`, cause]];
}

/** L5: what its machine's document says of it. A crash that was over before that is none. */
function crashesOf(of: string, machines: Machines): readonly Named[] {
  const asked = readServiceWords(of);
  if (asked === null) return [];
  return machinesOf(asked.machine, machines).flatMap(({ document: { machine, programs = {} }, results }): Named[] => {
    const said = Object.hasOwn(programs, asked.name) ? programs[asked.name] : undefined;
    if (said === undefined || !(said.givenUp || (asked.what === 'crashed' && said.state === 'CRASHED'))) return [];
    const { since, detail } = said;
    const text = plainLine(`${asked.name}: ${detail ?? said.state}`);
    return [[{ machine, at: since, text }, `${machine} ${asked.name} ${asked.what} ${since}`, ranThen(results, since)]];
  });
}

/** M1, M3: those to it alone and those to all, from machines and from people, by their first lines. */
function messagesTo({ document: { machine } }: Teller, pattern: string, machines: Machines, mail: MailView): readonly Named[] {
  const readers = [String(machine), EVERYBODY];
  const fitting = <M extends Message | PeopleEntry>(messages: readonly M[]) =>
    messages.filter((it) => isLike(subjectOf(it), pattern)).slice(-FITTING_MAX);
  const fromPeople = (reader: Reader) =>
    fitting(mail.people.get(reader) ?? []).map((entry): Named => {
      const what = { machine: Number(PEOPLE), at: entry.at ?? '', text: subjectOf(entry) };
      return [what, `${PEOPLE} ${reader} ${entry.occurrence} ${entry.content}`, null];
    });
  const fromMachine = (from: number, reader: Reader) =>
    fitting(mail.machines.get(from)?.get(reader) ?? []).map((message): Named => {
      const results = machines.get(from)?.results;
      const cause = results === undefined ? null : ranThen(results, message.at);
      return [{ machine: from, at: message.at, text: subjectOf(message) }, `${from} ${reader} ${message.number}`, cause];
    });
  const senders = [...mail.machines.keys()].filter((from) => from !== machine);
  return readers.flatMap((reader) => [...fromPeople(reader), ...senders.flatMap((from) => fromMachine(from, reader))]);
}

const subjects = new WeakMap<Message | PeopleEntry, string>();

/** Its first line with words; the line that names the program that wrote it is none. */
function subjectOf(message: Message | PeopleEntry): string {
  const known = subjects.get(message) ?? firstWords(saidByProgram(message.body)?.body ?? message.body);
  subjects.set(message, known);
  return known;
}

function firstWords(body: string): string {
  return plainLine(/\S[^\r\n]*/.exec(body)?.[0] ?? '');
}

const ofEvents = new WeakMap<ResultsDocument, readonly (RunningRun | OlderRun)[]>();

/** Runs of occurrences of triggers, which are few: they are asked for with each message that fits. Documents never change (C1). */
function runsOfEvents(results: ResultsDocument): readonly (RunningRun | OlderRun)[] {
  const { running, ended, older } = results;
  const known = ofEvents.get(results) ?? [...running, ...ended, ...older].filter(({ order }) => (depthOf(order) ?? 0) > 0);
  ofEvents.set(results, known);
  return known;
}

/** The deepest occurrence of a trigger that ran on a machine at a time of its own clock: its run may have said what was said then. */
function ranThen(results: ResultsDocument, at: string): string | null {
  const isThen = (run: RunningRun | OlderRun) => {
    const { startedAt = at } = run;
    return startedAt <= at && (!('finishedAt' in run) || run.finishedAt >= at);
  };
  return deepestOf(runsOfEvents(results).filter(isThen));
}

function deepestOf(runs: readonly RunName[]): string | null {
  const deepest = runs.reduce((depth, { order }) => Math.max(depth, depthOf(order) ?? 0), 0);
  return deepest === 0 ? null : (runs.find(({ order }) => depthOf(order) === deepest)?.order ?? null);
}
