// Which exit codes each command can end with, and what they mean there: shown by --help and in docs/cli.md.
// 70, a bug in coord, is possible everywhere and said once, in docs/cli.md.
import type { Command } from 'commander';

export type ExitCode = readonly [code: string, meaning: string];

const DONE: ExitCode = ['0', 'done'];
const FAILED: ExitCode = ['1', 'failed; the message says why'];
const USAGE: ExitCode = ['2', 'invalid arguments'];
const NO_FLEET: ExitCode = ['3', 'no fleet folder here'];
const UNREACHABLE: ExitCode = ['4', 'the remote was not reached'];

const READS = [DONE, FAILED, USAGE, NO_FLEET];
const EDITS: readonly ExitCode[] = [
  ['0', 'recorded; a warning says so if it is not on the remote yet'],
  FAILED,
  USAGE,
  NO_FLEET,
  ['4', 'the remote was never reached from here'],
];
const PAUSES: readonly ExitCode[] = [...EDITS, ['5', 'refused: this machine has left, or another folder writes as it']];
const EMERGENCY: readonly ExitCode[] = [
  ['0', 'shown, or recorded; a warning says so if it is not on the remote yet'],
  FAILED,
  USAGE,
  NO_FLEET,
  ['5', 'refused: this machine has left, or another folder writes as it'],
];
const INSTANCES: readonly ExitCode[] = [
  ['0', 'they are ONLINE'],
  ['1', 'one is not, or no daemon runs here to start it'],
  USAGE,
  NO_FLEET,
  ['5', 'refused: coord does not manage it (managed: false)'],
];
const POLICY: readonly ExitCode[] = [DONE, USAGE, NO_FLEET, ['5', 'refused: the policy file cannot be read']];
const FOUNDS: readonly ExitCode[] = [DONE, FAILED, USAGE, UNREACHABLE, ['5', 'refused: by the host, or because of the folder']];

const OF: Readonly<Record<string, readonly ExitCode[]>> = {
  init: FOUNDS,
  join: [...FOUNDS.slice(0, 3), ['3', 'there is no fleet in that repo'], ...FOUNDS.slice(3)],
  leave: [
    ['0', 'left; with --purge also removed'],
    ['1', 'not left, or not purged: something would be lost, and the message names it'],
    USAGE,
    NO_FLEET,
    ['4', 'leaving, and the remote does not know yet: coord sync finishes it'],
    ['5', 'refused: another folder writes as this machine, or the repo of the fleet is in this folder'],
  ],
  adopt: [
    ['0', 'adopted and synced, or there was nothing to adopt'],
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: what the other folder wrote cannot be read, or it pushed first'],
  ],
  allow: POLICY,
  deny: POLICY,
  sync: [
    ['0', 'synced; the outcome of runs does not count'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['4', 'not synced with the remote'],
    ['5', 'refused: another folder writes as this machine, or the policy file cannot be read'],
  ],
  'daemon run': [
    ['0', 'ended by a signal, or because the machine has left'],
    ['1', 'another daemon runs here, or a bug in coord'],
    USAGE,
    NO_FLEET,
  ],
  'daemon start': [['0', 'runs'], ['1', 'failed, or one runs already'], USAGE, NO_FLEET],
  'daemon stop': [['0', 'stopped, or it was not running'], FAILED, USAGE, NO_FLEET],
  'daemon restart': [['0', 'runs'], FAILED, USAGE, NO_FLEET],
  'daemon status': [['0', 'runs'], ['1', 'does not run'], USAGE, NO_FLEET],
  'daemon logs': READS,
  api: [['0', 'it answers'], ['1', 'it does not'], USAGE, NO_FLEET],
  'api on': READS,
  'api off': READS,
  'api port': READS,
  'api token': READS,
  mcp: [['0', 'its standard input was closed'], FAILED, USAGE],
  'agent detect': READS,
  'agent list': READS,
  'tool add': READS,
  'tool remove': READS,
  'tool list': READS,
  'workspace list': [DONE, FAILED, USAGE],
  'workspace prune': [DONE, FAILED, USAGE],
  status: READS,
  top: [DONE, FAILED, ['2', 'invalid arguments, or there is no terminal to draw on'], NO_FLEET],
  machines: READS,
  'machines remove': [
    ['0', 'removed, or it had left already'],
    FAILED,
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'refused: it is this machine, or this one may not push'],
  ],
  wake: [
    ['0', 'sent or requested, or it is awake; a warning says so if a request is not on the remote yet'],
    ['1', 'there is no such machine, nobody can wake it, or nothing could be sent'],
    USAGE,
    NO_FLEET,
    ['4', 'the remote was never reached from here'],
    ['5', 'refused: its owner has not allowed it, or this machine has left'],
  ],
  rename: [
    ['0', 'renamed; a warning says so if it is not on the remote yet'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'refused: this machine has left, or another folder writes as it'],
  ],
  pause: PAUSES,
  resume: PAUSES,
  emergency: EMERGENCY,
  resolve: EMERGENCY,
  'alerts list': READS,
  'alerts test': [['0', 'every channel took it'], ['1', 'one did not, or there is none'], USAGE, NO_FLEET],
  'order add': EDITS,
  'order list': READS,
  'order show': READS,
  'order set': EDITS,
  'order remove': EDITS,
  'order resolve': EDITS,
  plan: [
    ['0', 'done, or there was nothing to do; a warning says so if it is not on the remote yet'],
    ['1', 'a task could not be placed, or nothing was done; the message says why'],
    USAGE,
    NO_FLEET,
    ['4', 'the remote was never reached from here'],
    ['5', 'refused: agents are not allowed here, or this machine has left'],
  ],
  approve: EDITS,
  cancel: EDITS,
  retry: EDITS,
  run: [
    ['0', 'the command ended with 0'],
    ['1 to 254', "the command's own exit code"],
    ['5', 'only a person can move the order, and the message says how; or its own exit code'],
    ['130', 'interrupted; the order stays'],
    ['255', 'anything else: coord failed, gave up waiting, or there is no code to pass on'],
  ],
  wait: [
    ['0', 'the order is COMPLETED'],
    ['1', 'it ended otherwise, or there is no such order'],
    USAGE,
    NO_FLEET,
    UNREACHABLE,
    ['5', 'it waits for a person, and the message says for what'],
    ['124', 'it did not end in time'],
    ['130', 'interrupted; the order stays'],
  ],
  logs: READS,
  send: [
    ['0', 'recorded; a warning says so if it is not on the remote yet'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'refused: the box of the program is full, or this machine has left'],
  ],
  answer: EDITS,
  handoff: [
    ['0', 'recorded; a warning says so if it is not on the remote yet'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'refused: this machine has left'],
  ],
  handoffs: READS,
  inbox: [['0', 'shown; a warning says so if the senders do not know yet what was read'], FAILED, USAGE, NO_FLEET],
  sent: READS,
  'bus list': READS,
  'bus take': [
    ['0', 'printed and marked as taken, or shown'],
    ['1', 'nothing waits, or it failed; the message says why'],
    USAGE,
    NO_FLEET,
  ],
  'bus state': READS,
  'bus forget': READS,
  timeline: READS,
  stats: READS,
  doctor: [['0', 'no problem found'], ['1', 'a problem was found'], USAGE, ['3', '--dir or COORD_DIR names no fleet folder']],
  'service install': [...READS, ['5', 'refused: the file was changed by hand']],
  'service remove': [
    ['0', 'removed, or it was not there'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'refused: the file was changed by hand'],
  ],
  'service status': [['0', 'it runs'], ['1', 'it does not run, or the service manager does not answer'], USAGE, NO_FLEET],
  'cron install': READS,
  'cron remove': [['0', 'removed, or it was not there'], FAILED, USAGE, NO_FLEET],
  'cron status': [['0', 'there is a line for this folder'], ['1', 'there is none'], USAGE, NO_FLEET],
  'instance list': READS,
  'instance start': INSTANCES,
  'instance stop': [
    ['0', 'they are stopped'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['5', 'refused: coord does not manage it (managed: false)'],
  ],
  'instance restart': INSTANCES,
  'instance logs': READS,
  'agent setup': [
    ['0', 'done, or there was nothing to change; with --check, all is in order'],
    ['1', 'failed; with --check, something is not in order'],
    USAGE,
    NO_FLEET,
    ['5', 'refused: a settings file cannot be understood, and nothing was changed'],
  ],
  hook: [['0', 'always: coord never stops an agent']],
  completion: [DONE, USAGE],
  demo: [DONE, FAILED, USAGE],
};

/** By `order add`; empty for a group of commands, and for what is not listed. */
export function exitCodesOf(place: string): readonly ExitCode[] {
  return OF[place] ?? [];
}

/** Adds them to the --help of every command below. */
export function explainExitCodes(command: Command, place = ''): void {
  for (const sub of command.commands) {
    const words = `${place} ${sub.name()}`.trim();
    sub.addHelpText('after', () => {
      const codes = exitCodesOf(words);
      return codes.length === 0
        ? ''
        : `\nExit codes:\n${codes.map(([code, meaning]) => `  ${code.padEnd(8)}  ${meaning}`).join('\n')}`;
    });
    explainExitCodes(sub, words);
  }
}
