// Controls launchd in the user's session.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { shellWord } from '../../core/base/shell-word.ts';
import { launchdPlist } from './launchd-plist.ts';
import { complaintOf, type RunTool } from './run-tool.ts';
import { mustDo, type ServiceManager, type ServiceUser, unknown } from './service-manager.ts';

/** An agent that was told to go may be there for a moment still; launchd refuses the new one until it is gone. */
const TRIES_MAX = 10;
const PAUSE_MS = 500;
/** A daemon in the middle of a sync takes some 8 s to end. */
const GONE_TRIES_MAX = 40;
/** What `launchctl print` ends with where there is no such service. */
const NOT_LOADED = 113;

export function createLaunchd(tool: RunTool, user: ServiceUser): ServiceManager {
  const domain = `gui/${user.uid}`;
  const label = (name: string) => `${domain}/${name}`;
  const logFile = (name: string) => join(user.homeFolder, 'Library', 'Logs', 'coord', `${name}.log`);
  const fileOf = (name: string) => join(user.homeFolder, 'Library', 'LaunchAgents', `${name}.plist`);
  const launchctl = (...words: readonly string[]) => mustDo(tool, 'launchctl', words);
  const isLoaded = async (name: string) => (await tool('launchctl', ['print', label(name)]))?.code === 0;

  /** Of one that takes a moment to end `bootout` says that it failed, `36: Operation now in progress`, and ends it: what counts is whether it is gone. */
  async function stop(name: string): Promise<readonly string[]> {
    if (!(await isLoaded(name))) return [];
    try {
      return [await launchctl('bootout', label(name))];
    } catch (error) {
      for (let tries = 0; tries < GONE_TRIES_MAX; tries += 1) {
        if ((await tool('launchctl', ['print', label(name)]))?.code === NOT_LOADED)
          return [`launchctl bootout ${shellWord(label(name))}`];
        await delay(PAUSE_MS);
      }
      throw error;
    }
  }

  async function load(name: string): Promise<string> {
    for (let tries = 1; tries < TRIES_MAX; tries += 1) {
      if ((await tool('launchctl', ['bootstrap', domain, fileOf(name)]))?.code === 0)
        return `launchctl bootstrap ${domain} ${shellWord(fileOf(name))}`;
      await delay(PAUSE_MS);
    }
    return await launchctl('bootstrap', domain, fileOf(name));
  }

  return {
    kind: 'launchd',
    fileOf,
    textOf: (plan) => launchdPlist(plan, logFile(plan.name)),
    async missing() {
      const done = await tool('launchctl', ['print', domain]);
      if (done === null) return 'this computer has no launchd';
      return done.code === 0 ? null : `${user.name} is not logged in on the screen of this Mac (${complaintOf(done)})`;
    },
    isAbsent: async () => (await tool('launchctl', ['version'])) === null,
    async start(name, isNew) {
      mkdirSync(dirname(logFile(name)), { recursive: true });
      if (!isNew && (await isLoaded(name))) return [await launchctl('kickstart', label(name))];
      const stopped = await stop(name);
      return [...stopped, await launchctl('enable', label(name)), await load(name)];
    },
    restart: (name) => launchctl('kickstart', '-k', label(name)),
    stop,
    forget: async () => [],
    async sight(name) {
      const done = await tool('launchctl', ['print', label(name)]);
      if (done?.code !== 0 && done?.code !== NOT_LOADED) return unknown(done);
      const state = /^\s*state = (.+)$/m.exec(done.stdout.toString())?.[1] ?? 'not loaded';
      return { state: state === 'running' ? 'running' : 'stopped', found: state };
    },
    logOf: (name, ownLog) => ['tail', '-F', ...(ownLog === null ? [] : [ownLog]), logFile(name)].map(shellWord).join(' '),
    caveats: async () => [`it runs while ${user.name} is logged in, and starts at the login`],
  };
}
