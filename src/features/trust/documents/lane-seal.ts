// What a machine signs of its lane (T5), and the trailer that carries it: the machine, its counters, the main that it saw, and each document by the id
// of its content. Pure.
import type { Files } from '../../../core/model/ledger/snapshot.ts';
import { canonical } from './canonical.ts';

export const LANE_NAMESPACE = 'coord-lane@1';

export interface SealedLane {
  readonly fleet: string;
  readonly machine: number;
  readonly seq: number;
  readonly beat: number;
  /** Null = there was none. */
  readonly main: string | null;
  readonly files: Files;
}

export function laneText({ fleet, machine, seq, beat, main, files }: SealedLane, digest: (text: string) => string): string {
  const lines = [...files].map(([path, id]) => `${path}\u0000${id}\n`).sort();
  return canonical({ fleet, machine, seq, beat, main, documents: digest(lines.join('')) });
}

/** `signature`: 64 bytes of ed25519, as base64. */
export function sealTrailer(signature: string): string {
  return `Coord-Signed: ${signature}\n`;
}

/** Of the last line of a message; null = it has none. */
export function sealIn(message: string): string | null {
  return /\nCoord-Signed: ([A-Za-z0-9+/]{86}==)\n*$/.exec(message)?.[1] ?? null;
}
