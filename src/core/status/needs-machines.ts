// Needs-you of machines and messages: what only a person can move, each with the one thing to do. Without a clock it is not known how long a pause
// has lasted, only that it has no end.
import { counted } from '../base/counted.ts';
import { shellWord } from '../base/shell-word.ts';
import { minuteTime } from '../base/time.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { PEOPLE } from '../model/messages/message.ts';
import type { NeedsYou } from '../model/status/status.ts';
import { type NeedKind, toldNeed } from './needs-you-entry.ts';

/** M6. The entry has `machine`. There are two ways to end an emergency: at the machine, and from anywhere. */
export const emergencyNeed: NeedKind = {
  code: 'emergency',
  alert: 'emergency',
  ways: ['coord emergency --over'],
  find: ({ machines }) =>
    [...machines].flatMap(([machine, { document }]): NeedsYou[] => {
      const { emergency, state } = document;
      if (state === 'LEFT' || (emergency === undefined && state !== 'EMERGENCY')) return [];
      const what = emergency === undefined ? '' : ` since ${minuteTime(emergency.since)}: ${emergency.what}`;
      return [{ code: 'emergency', machine, ...toldNeed([`EMERGENCY${what}`, { way: 'emergencyOver' }], { machine }) }];
    }),
};

/** L4: programs that coord has given up. */
export const serviceNeed: NeedKind = {
  code: 'program',
  alert: 'program',
  ways: ['coord instance start'],
  find: ({ machines }) =>
    [...machines].flatMap(([machine, { document }]): NeedsYou[] => {
      const { name, state, programs: services = {} } = document;
      if (state === 'LEFT') return [];
      const lost = Object.entries(services).filter(([, { givenUp }]) => givenUp);
      return lost.map(([service, { detail }]) => ({
        code: 'program',
        machine,
        program: service,
        why: serviceWhy(service, detail, name),
      }));
    }),
};

/** `name`: the machine that it belongs to. */
export function serviceWhy(service: string, detail: string | null, name: string): string {
  return `program ${service} failed: ${detail ?? 'it does not start'}. Fix it, then on ${name}: coord instance start ${shellWord(service)}`;
}

/** How many messages STATUS.json lists; there may be more. */
const LISTED_MAX = 20;

/** One entry a sender. People have no cursor: an answer is the only sign that they have read. */
export const messageNeed: NeedKind = {
  code: 'message',
  alert: 'message',
  ways: ['answer in'],
  hasOwnBlock: true,
  find({ messages }) {
    const unread = messages?.toPeople ?? [];
    const senders = [...new Set(unread.map(({ from }) => from))].sort((a, b) => a - b);
    return senders.map((from) => {
      const its = unread.filter((message) => message.from === from);
      const count = `${unread.length >= LISTED_MAX ? 'at least ' : ''}${counted(its.length, 'message')} to people`;
      const newest = [...its.map(({ at }) => at)].sort().at(-1) ?? '';
      const urgent = its.some(({ priority }) => priority === 'urgent') ? ', urgent' : '';
      const why = `${count}${urgent}, the newest of ${minuteTime(newest)}; answer in messages/${PEOPLE}_TO_${from}.md`;
      return { code: 'message', document: `messages/${from}_TO_${PEOPLE}.md`, why };
    });
  },
};

/** Pauses that end by themselves need nobody. */
export const pauseNeed: NeedKind = {
  code: 'pause',
  alert: 'machine',
  ways: ['coord resume', 'nothing is paused by it'],
  find({ machines, fleet: { paused } }) {
    const endless = paused.filter(({ until }) => until === null).map(({ who }) => who);
    const fleet: NeedsYou[] = endless.includes('fleet')
      ? [{ code: 'pause', ...toldNeed(['the fleet is paused with no end time', { way: 'resume' }], {}) }]
      : [];
    const single = [...machines].flatMap(([machine, { document }]): NeedsYou[] => {
      if (document.state !== 'PAUSED' || document.paused === undefined || document.paused.until !== null) return [];
      const isNamed = endless.includes(String(machine)) || endless.includes(document.name.toLowerCase());
      if (!isNamed && endless.includes('fleet')) return [];
      const cause = `${machineLabel(machine, machines)} is paused with no end time`;
      // A pause by its owner ends at the machine alone. Where fleet.yaml said so, and the machine has not synced since, its next sync ends it.
      const there = { why: `${cause}: coord resume, there, if its next sync does not end it` };
      const way = isNamed ? toldNeed([cause, { way: 'resume' }], { machine }) : there;
      return [{ code: 'pause', machine, ...way }];
    });
    return [...fleet, ...pausesOfNobody(machines, paused), ...single];
  },
};

/** A wrong name in `paused` leaves a machine running that should be paused, so people are told. */
function pausesOfNobody(machines: Machines, paused: FleetSettings['paused']): readonly NeedsYou[] {
  const known = new Set([
    'fleet',
    ...[...machines].flatMap(([machine, { document }]) => [String(machine), document.name.toLowerCase()]),
  ]);
  return paused
    .filter(({ who }) => !known.has(who))
    .map(({ who }) => ({
      code: 'pause',
      document: 'fleet.yaml',
      why: `"paused" names ${JSON.stringify(who)}, but no machine has that name: nothing is paused by it`,
    }));
}
