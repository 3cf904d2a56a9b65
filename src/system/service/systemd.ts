// Controls the user's own systemd.
import { join } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { complaintOf, type RunTool } from './run-tool.ts';
import { mustDo, type ServiceManager, type ServiceUser, unknown } from './service-manager.ts';
import { systemdUnit } from './systemd-unit.ts';
import { wslCaveats } from './wsl.ts';

export function createSystemd(tool: RunTool, user: ServiceUser): ServiceManager {
  const systemctl = (...words: readonly string[]) => mustDo(tool, 'systemctl', ['--user', ...words]);
  const unit = (name: string) => `${name}.service`;
  const restart = (name: string) => systemctl('restart', unit(name));
  return {
    kind: 'systemd',
    fileOf: (name) => join(user.homeFolder, '.config', 'systemd', 'user', unit(name)),
    textOf: systemdUnit,
    async missing() {
      const done = await tool('systemctl', ['--user', 'show-environment']);
      if (done === null) return 'this computer has no systemd';
      return done.code === 0 ? null : `no systemd of ${user.name} answers here (${complaintOf(done)})`;
    },
    async isAbsent() {
      const done = await tool('systemctl', ['is-system-running']);
      return done === null || done.stdout.toString().trim() === 'offline';
    },
    async start(name, isNew) {
      const ran = [await systemctl('daemon-reload'), await systemctl('enable', '--now', unit(name))];
      return isNew ? [...ran, await restart(name)] : ran;
    },
    restart,
    stop: async (name) => [await systemctl('disable', '--now', unit(name))],
    async forget(name) {
      const ran = [await systemctl('daemon-reload')];
      // Refused where nothing is remembered of it.
      await tool('systemctl', ['--user', 'reset-failed', unit(name)]);
      return ran;
    },
    async sight(name) {
      const done = await tool('systemctl', ['--user', 'show', '--property=ActiveState,SubState', unit(name)]);
      if (done?.code !== 0) return unknown(done);
      const { ActiveState = 'unknown', SubState = '' } = Object.fromEntries(
        done.stdout
          .toString()
          .split('\n')
          .map((line) => line.split('=', 2)),
      ) as Record<string, string>;
      return {
        state: ActiveState === 'active' ? 'running' : 'stopped',
        found: [ActiveState, SubState].filter(Boolean).join(', '),
      };
    },
    logOf: (name) => `journalctl --user --unit ${unit(name)}`,
    async caveats() {
      const [linger, ofWsl] = await Promise.all([
        tool('loginctl', ['show-user', user.name, '--property=Linger']),
        wslCaveats(tool),
      ]);
      const atBoot = `to start it at boot: loginctl enable-linger ${shellWord(user.name)}`;
      return [
        ...(linger?.stdout.toString().trim() === 'Linger=yes' ? [] : [`runs only while ${user.name} is logged in; ${atBoot}`]),
        ...ofWsl,
      ];
    },
  };
}
