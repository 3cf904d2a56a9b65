// The exit codes that several commands share, and what they mean there: each command says its own, for --help and docs/cli.md.
// 70, a bug in coord, is possible everywhere and said once, in docs/cli.md.

export type ExitCode = readonly [code: string, meaning: string];

export const DONE: ExitCode = ['0', 'done'];
export const RECORDED: ExitCode = ['0', 'recorded; a warning says so if it is not on the remote yet'];
export const FAILED: ExitCode = ['1', 'failed; the message says why'];
export const USAGE: ExitCode = ['2', 'invalid arguments'];
export const NO_FLEET: ExitCode = ['3', 'no fleet found'];
export const UNREACHABLE: ExitCode = ['4', 'the remote was not reached'];
export const NEVER_REACHED: ExitCode = ['4', 'the remote was never reached from here'];
export const REFUSED: ExitCode = ['5', 'refused, such as where this machine has left, or another folder writes as it'];
export const READS: readonly ExitCode[] = [DONE, FAILED, USAGE, NO_FLEET];
export const EDITS: readonly ExitCode[] = [RECORDED, FAILED, USAGE, NO_FLEET, NEVER_REACHED, REFUSED];
