// The text of a systemd user unit that keeps coord going.
import { CoordError } from '../../errors.ts';
import { MARK_PLACE, withMark } from './hand-mark.ts';
import { mustBeSayable, type ServicePlan } from './service-plan.ts';

/** Before it is started again after a failure. */
const PAUSE_S = 30;

/** Throws USAGE for what a unit cannot say. */
export function systemdUnit({ node, main, root, env, words }: ServicePlan): string {
  const lines = [
    '# Written by coord service install, which leaves this file alone once it was changed by hand. To add to it without changing it:',
    `# systemctl --user edit. ${MARK_PLACE}`,
    '[Unit]',
    `Description=coord, which works for the fleet in ${quoted(root)}`,
    // However often it fails: the disk of the folder may come back.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${executableWord(node)} ${[main, '--dir', root, ...words].map(argumentWord).join(' ')}`,
    ...Object.entries(env).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    '# Runs have watchdogs of their own and go on without coord: only coord itself is stopped, or ended for want of memory.',
    'KillMode=process',
    'OOMPolicy=continue',
    'Restart=on-failure',
    `RestartSec=${PAUSE_S}`,
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ];
  return withMark(lines.join('\n'));
}

/** A word in double quotes; `%` begins a specifier. */
function quoted(text: string): string {
  const sayable = mustBeSayable('a path', text);
  return `"${sayable.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

/** In arguments `$` begins a variable, whatever the quotes. */
function argumentWord(text: string): string {
  return quoted(text.replaceAll('$', '$$$$'));
}

/** In the program's own path it does not, and systemd takes no quote or backslash there, however they are written. */
function executableWord(path: string): string {
  if (!/["'\\]/.test(path)) return quoted(path);
  throw new CoordError('USAGE', `systemd starts no program with a quote or backslash in its path: ${path}`, 'coord cron install');
}
