// How much of the repo's history this clone had and has given up (C5a), so that whoever asks how large the repo is hears of it (R3b).
import { numberNote } from './number-note.ts';

type Place = { readonly gitDir: string };

const noteOf = (place: Place) => numberNote(place, 'coord-given-up-bytes');

/** In bytes, as it was packed here; 0 = nothing. */
export function givenUpBytes(place: Place): number {
  return noteOf(place).read() ?? 0;
}

export function addGivenUp(place: Place, bytes: number): void {
  noteOf(place).write(givenUpBytes(place) + Math.max(0, bytes));
}

/** It is here again, or of the repo no more. */
export function forgetGivenUp(place: Place): void {
  noteOf(place).remove();
}
