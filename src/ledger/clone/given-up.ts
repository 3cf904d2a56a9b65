// How much of the repo's history this clone had and has given up (C5a), so that whoever asks how large the repo is hears of it (R3b).
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textIn } from '../../system/files/read-if-there.ts';

type Place = { readonly gitDir: string };

const path = ({ gitDir }: Place): string => join(gitDir, 'coord-given-up-bytes');

/** In bytes, as it was packed here; 0 = nothing. */
export function givenUpBytes(place: Place): number {
  return Number(textIn(path(place))) || 0;
}

export function addGivenUp(place: Place, bytes: number): void {
  try {
    writeFileSync(path(place), String(givenUpBytes(place) + Math.max(0, bytes)));
  } catch {
    // A full disk: the repo is told to be smaller than it is.
  }
}

/** It is here again, or of the repo no more. */
export function forgetGivenUp(place: Place): void {
  try {
    rmSync(path(place), { force: true });
  } catch {
    // Somebody else's file: the repo is told to be larger than it is.
  }
}
