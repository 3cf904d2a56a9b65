// What a machine says about itself: the content of COMPUTER_<N>.md. Protocol section 7.
import type { Cursor } from '../messages/mail.ts';
import type { Emergency } from './emergency.ts';
import type { SaidService } from './local-service.ts';
import type { Pause } from './pause.ts';
import type { Usage } from './usage.ts';

export const MACHINE_STATES = ['IDLE', 'WORKING', 'ACTIVE', 'PAUSED', 'EMERGENCY', 'LEFT'] as const;
export type MachineState = (typeof MACHINE_STATES)[number];

/** A front-matter value that this version does not know and carries along (D3). */
export type Scalar = string | number | boolean | null;

/**
 * D3a: what this version reads: 2 = the second form of COMPUTER_<N>.md, 3 = histories that have their machine's number in their name too, 4 = messages
 * to it alone that left their log before it took them.
 */
export const READS = 4;

export interface MachineDocument {
  readonly machine: number;
  readonly name: string;
  /** UUID of the computer. */
  readonly id: string;
  /** Random, new for each state folder. */
  readonly instance: string;
  /** Moves only when this machine's documents change. */
  readonly seq: number;
  /** The lane's beat when these documents last changed; a beat alone does not move it (H1). */
  readonly beat: number;
  readonly state: MachineState;
  /** ISO 8601 UTC, this machine's clock, when its documents last changed. */
  readonly updated: string;
  /** How often this machine moves its lane at least (H2); written `60s`, `5m`. */
  readonly heartbeatMs: number;
  readonly tags: readonly string[];
  readonly tools: readonly string[];
  /** Runs at once. */
  readonly slots: number;
  /** Runs now. */
  readonly load: number;
  /** H4: how much of its computer is in use; absent = nobody says. Written `used_cpu: 0.4`, `used_memory: 0.7`. */
  readonly usage?: Usage;
  /** Kinds of work that its local policy lets run (O10). */
  readonly allows: readonly string[];
  readonly version: string;
  /** D3a: as `READS`, of its machine; absent = 1. */
  readonly reads?: number;
  /** D3a: the form in which it is written; absent = the first. */
  readonly form?: 2;
  /** F2: machines that this one states to be lost, with the beat of their lane that was seen last; void once that machine's own `beat` is higher. Written `lost_3: 41`. */
  readonly lost: Readonly<Record<number, number>>;
  /** F3: last-seen times that this machine checkpointed, ISO 8601 UTC. Written `seen_3: 2026-…`. */
  readonly seen: Readonly<Record<number, string>>;
  /** M1, M2: how far it has fetched and read each log, by source. Written `delivered_1: 12`, `taken_1_all: 3`; source 0 is people. */
  readonly cursors: Readonly<Record<string, Cursor>>;
  /** Its last message to people that stood on the board when they wrote to it again. Written `people_read: 12`. */
  readonly peopleRead: number;
  /** I4: with LEFT: the machine on which a person said so, where it was not this one. Written `removed_by: 1`. */
  readonly removedBy: number | null;
  /** With PAUSED. Written `paused_until: 2026-…`, `pause_note: …`. */
  readonly paused?: Pause;
  /** M6, also beside PAUSED. Written `emergency: the disk is failing`, `emergency_since: 2026-…`. */
  readonly emergency?: Emergency;
  /** L5: its local services, by name; absent where it has none. Written `program_builder: ONLINE · 1 of 2 · build, test · since 2026-…`. */
  readonly programs?: Readonly<Record<string, SaidService>>;
  readonly extra: Readonly<Record<string, Scalar>>;
  /** Text between the notes marks: people's, typed at the machine or on the host. */
  readonly notes: string;
}
