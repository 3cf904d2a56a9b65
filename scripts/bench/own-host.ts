// What a look costs over the ways in which a person can serve the repo from a computer of their own: a folder, ssh, git http-backend.
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startSshd } from '../../test/e2e/sshd.ts';
import type { Hub } from './hub.ts';
import { inTurns, ms } from './numbers.ts';
import { joinReally, type RealMachine } from './real-machine.ts';
import type { Row, Setting } from './row.ts';

const TURNS = 9;
const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'];

export async function ownHostRow(hub: Hub, setting: Setting): Promise<Row> {
  const root = join(setting.scratch, 'own-host');
  mkdirSync(root, { recursive: true });
  const joined = (way: string, url: string) => joinReally(setting, { url, at: join(root, way), name: way, joins: true });
  const repo = (way: string) => hub.create(`own-${way}.git`);
  const machines: Record<string, RealMachine> = {
    'a folder': await joined('folder', repo('folder').folder),
    'git http-backend': await joined('http', repo('http').url),
  };
  const program = SSHD.find(existsSync);
  const sshd = program === undefined ? null : await startSshd(program, root);
  try {
    if (sshd !== null) {
      // The git settings of this run alone.
      appendFileSync(process.env.GIT_CONFIG_GLOBAL ?? '', `[core]\n\tsshCommand = ssh -F ${sshd.config}\n`);
      machines.ssh = await joined('ssh', `fleethost:${repo('ssh').folder}`);
    }
    const took = await inTurns(
      setting.quick ? 3 : TURNS,
      Object.fromEntries(Object.entries(machines).map(([way, machine]) => [way, { run: () => machine.coord('sync') }])),
    );
    return {
      what: '`coord sync`, nothing new, from a repo on a computer of one’s own (all on this one)',
      measured: Object.entries(took)
        .map(([way, median]) => `${way} ${ms(median)}`)
        .join(', '),
      atMost: '',
      beside: sshd === null ? 'ssh: no sshd here' : '',
      isOk: true,
    };
  } finally {
    sshd?.end();
  }
}
