// Which connections stay where more come than there is room for: those that have shown the token, then the newest. Who opens many and
// says nothing keeps nobody out, because a client that means it has said who it is by the time that room is made.
import type { EventEmitter } from 'node:events';
import type { Limits } from './limits.ts';

interface Connection extends Pick<EventEmitter, 'once'> {
  destroy(): unknown;
}

export interface Crowd {
  came(connection: Connection): void;
  /** It has shown the token. */
  known(connection: object): void;
  /** More came than were let in at all. */
  full(): void;
}

export function createCrowd({ connectionsMax, strangerMs }: Pick<Limits, 'connectionsMax' | 'strangerMs'>): Crowd {
  /** Since when; the oldest first. */
  const strangers = new Map<object, { readonly connection: Connection; readonly sinceMs: number }>();
  const friends = new Set<object>();
  let isMaking = false;
  const makeRoom = () => {
    isMaking = false;
    const nowMs = performance.now();
    for (const { connection, sinceMs } of strangers.values()) {
      if (strangers.size + friends.size <= connectionsMax || nowMs - sinceMs < strangerMs) break;
      strangers.delete(connection);
      connection.destroy();
    }
    if (strangers.size + friends.size > connectionsMax) full();
  };
  // After a turn of the event loop: what has come by then was read, however long this process was busy.
  const full = () => {
    if (isMaking) return;
    isMaking = true;
    setTimeout(() => setImmediate(makeRoom), strangerMs).unref();
  };
  return {
    came(connection) {
      if (friends.size >= connectionsMax) return void connection.destroy();
      strangers.set(connection, { connection, sinceMs: performance.now() });
      connection.once('close', () => {
        strangers.delete(connection);
        friends.delete(connection);
      });
      if (strangers.size + friends.size > connectionsMax) full();
    },
    known(connection) {
      if (strangers.delete(connection)) friends.add(connection);
    },
    full,
  };
}
