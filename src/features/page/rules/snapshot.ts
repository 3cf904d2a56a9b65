// What the page shows, in one value: as the local API told it, and as each event of its stream changes it. Pure.
import type { InboxMessage } from '../../../core/messages/mailbox.ts';
import type { SentView } from '../../../core/messages/receipts.ts';
import type { PersonEdit } from '../../../core/model/ledger/intention.ts';
import type { LocalService } from '../../../core/model/machines/local-service.ts';
import type { NeedsYou, StatusDocument, StatusMachine, StatusOrder } from '../../../core/model/status/status.ts';
import type { StatusMessages } from '../../../core/model/status/status-messages.ts';
import type { HaltFacts } from '../../../core/status/halt-words.ts';

/** `GET fleet`, as far as the page reads it. */
export interface FleetAnswer extends Omit<StatusDocument, 'messages' | 'progress'> {
  readonly messages?: StatusMessages;
  readonly self: {
    readonly fleet: string | null;
    readonly machine: number;
    readonly name: string;
    readonly remote: string;
    readonly signed?: true;
  };
  readonly sync: {
    readonly unsyncedSince: string | null;
    readonly trouble: { readonly message: string } | null;
    readonly laneRefused?: true;
    readonly lastHeard: Readonly<Record<string, string>>;
    readonly lostEdits: readonly { readonly edit: PersonEdit; readonly reason: string }[];
  } & HaltFacts['sync'];
  readonly lastSync: string | null;
  readonly digest: string;
  /** Null = the fleet has no bell. */
  readonly bell?: {
    readonly online: readonly { readonly machine: number }[];
    readonly connectedSince: string | null;
    readonly trouble?: string | null;
    /** Since the daemon began: rings said and heard, and looks that those made. */
    readonly counts?: { readonly rung: number; readonly heard: number; readonly looks: number };
  } | null;
  readonly alerts?: {
    readonly waiting: readonly { readonly channel: string; readonly count: number; readonly error: string }[];
    readonly faults: readonly string[];
  };
}

/** A message to this machine, as the stream tells it. */
export interface Letter extends InboxMessage {
  readonly name: string;
  readonly program?: string;
}

/** A message of this machine. */
export interface SentLetter extends Omit<SentView, 'number'> {
  readonly name: string;
  readonly number: number | null;
}

type Of<T> = Readonly<Record<string, T>>;

export interface Snapshot extends FleetAnswer {
  readonly inbox: Of<Letter>;
  readonly sent: Of<SentLetter>;
  readonly instances: Of<LocalService>;
}

const KINDS = ['orders', 'machines', 'inbox', 'sent', 'instances'] as const;

export type StreamEvent =
  | {
      readonly event: (typeof KINDS)[number];
      readonly changed: Of<unknown>;
      readonly removed: readonly string[];
      readonly digest: string;
    }
  | { readonly event: 'needs-you'; readonly needsYou: readonly NeedsYou[]; readonly digest: string }
  | { readonly event: 'sync'; readonly unsyncedSince: string | null; readonly digest: string }
  | { readonly event: 'fleet'; readonly fleet: Partial<FleetAnswer>; readonly digest: string };

export function snapshotOf(
  fleet: FleetAnswer,
  inbox: readonly Letter[],
  sent: readonly SentLetter[],
  instances: readonly LocalService[],
): Snapshot {
  return {
    ...fleet,
    inbox: byKey(inbox, ({ source, number }) => `${source}.${number}`),
    sent: byKey(sent, ({ id }) => id),
    instances: byKey(instances, ({ name }) => name),
  };
}

/** Null = the event says too little, or is of a kind that is not known: all is to be asked anew. */
export function withEvent(snapshot: Snapshot, event: StreamEvent | { readonly event: string }): Snapshot | null {
  if ('tooLarge' in event) return null;
  if (event.event === 'needs-you' && 'needsYou' in event) return { ...snapshot, needsYou: event.needsYou, digest: event.digest };
  if (event.event === 'sync' && 'unsyncedSince' in event)
    return { ...snapshot, sync: { ...snapshot.sync, unsyncedSince: event.unsyncedSince }, digest: event.digest };
  if (event.event === 'fleet' && 'fleet' in event) return { ...snapshot, ...event.fleet, digest: event.digest };
  const kind = KINDS.find((one) => one === event.event);
  if (kind === undefined || !('changed' in event)) return null;
  const gone = new Set(event.removed);
  const kept = Object.entries(snapshot[kind]).filter(([id]) => !gone.has(id));
  return { ...snapshot, [kind]: byEntry([...kept, ...Object.entries(event.changed)]), digest: event.digest };
}

/** A name such as `__proto__` is a name like any other. */
function byEntry(entries: readonly (readonly [string, unknown])[]): Of<unknown> {
  const record: Record<string, unknown> = Object.create(null);
  for (const [id, value] of entries) record[id] = value;
  return record;
}

function byKey<T>(list: readonly T[], keyOf: (one: T) => string): Of<T> {
  return byEntry(list.map((one) => [keyOf(one), one])) as Of<T>;
}

/** Nothing comes from the other machines. */
export function isDeaf({ unsyncedSince, laneRefused }: Pick<FleetAnswer['sync'], 'unsyncedSince' | 'laneRefused'>): boolean {
  return unsyncedSince !== null && laneRefused !== true;
}

/** Own entries alone: an id of others may be `constructor`. */
export function entryOf<T>(record: Of<T>, id: string): T | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

export type { NeedsYou, StatusMachine, StatusOrder };
