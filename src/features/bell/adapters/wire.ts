// What a process seals and opens: its frames in the keys that are read, and of others' only those that are new (B2). It knows no connection.
import { type BellKey, type BellSettings, keysInForce } from '../documents/bell-document.ts';
import { createHeardBefore } from '../rules/heard-before.ts';
import { parseTopic, type TopicKind, topicText } from '../rules/topics.ts';
import { baseTopic } from '../system/bell-keys.ts';
import { openFrame, sealFrame, senderOf } from '../system/frame.ts';

export interface Sealed {
  readonly topic: string;
  readonly frame: Buffer;
}

export interface Heard {
  readonly kind: TopicKind;
  /** Who sealed it. */
  readonly machine: number;
  readonly value: unknown;
}

/** Which process of a machine speaks, and what it listens to. */
export interface Part {
  /** 0 = its daemon. */
  readonly role: number;
  /** Below a base. */
  hears(machine: number): readonly string[];
  /** B6: the broker says that it is gone. */
  readonly hasWill: boolean;
}

export const DAEMON: Part = {
  role: 0,
  hears: (machine) => ['ring/+', 'here/+', ...['say', 'watch', 'ask'].map((kind) => `${kind}/${machine}`)],
  hasWill: true,
};

export interface Wire {
  /** From now on, frames are of this epoch. */
  begin(epoch: string): void;
  /** Topics that are listened to. */
  topics(): readonly string[];
  /** One for each key, or the newest alone. */
  seal(kind: TopicKind, machine: number, value: unknown, isToAll: boolean): readonly Sealed[];
  /** What the broker is to say once this connection is gone. */
  will(): Sealed | null;
  /** Null = it is no frame of this fleet, or was heard before. A word of this machine's presence from an earlier epoch is told: the broker keeps it. */
  open(topic: string, frame: Buffer): Heard | null;
}

/** Of a will: above all that its connection says, and below all that a later one says. */
const LAST_COUNTER = 0xffff_ffff_ffff_ffffn;
/** On these topics, the number is who says it. */
const SAID_BY: readonly TopicKind[] = ['ring', 'here', 'log'];

export function createWire(bell: BellSettings, machine: number, nowMs: () => number, part: Part = DAEMON): Wire {
  const heardBefore = createHeardBefore();
  const sender = senderOf(machine, part.role);
  const keys = () => keysInForce(bell, nowMs());
  let epoch = '';
  let counter = 0n;
  const sealedIn = (key: BellKey, kind: TopicKind, to: number, value: unknown, at: bigint): readonly Sealed[] => {
    const topic = topicText({ base: baseTopic(key), kind, machine: to });
    const frame = sealFrame(key, { sender, epoch }, at, topic, value);
    return frame === null ? [] : [{ topic, frame }];
  };
  return {
    begin(next) {
      [epoch, counter] = [next, 0n];
    },
    topics: () => keys().flatMap((key) => part.hears(machine).map((topic) => `${baseTopic(key)}/${topic}`)),
    seal: (kind, to, value, isToAll) =>
      keys()
        .slice(0, isToAll ? undefined : 1)
        .flatMap((key) => {
          counter += 1n;
          return sealedIn(key, kind, to, value, counter);
        }),
    will: () => (part.hasWill ? (sealedIn(bell, 'here', machine, { gone: true }, LAST_COUNTER)[0] ?? null) : null),
    open(topic, frame) {
      const place = parseTopic(topic);
      const opened = place === null ? null : openFrame(keys(), topic, frame);
      if (place === null || opened === null) return null;
      const { kind } = place;
      if (SAID_BY.includes(kind) && opened.machine !== place.machine) return null;
      if (kind === 'here' && opened.sender === sender && opened.epoch < epoch) return { kind, machine, value: opened.value };
      // What stands for a machine at the broker may come after what that machine said later: each kind counts by itself.
      if (!heardBefore.isNew({ ...opened, sender: `${kind} ${opened.sender}` })) return null;
      return { kind, machine: opened.machine, value: opened.value };
    },
  };
}
