// Defines what coord asks of a service manager: systemd and launchd answer alike.
import { shellWord } from '../../core/base/shell-word.ts';
import { CoordError } from '../../errors.ts';
import { complaintOf, type RunTool, type ToolDone } from './run-tool.ts';
import type { ServicePlan } from './service-plan.ts';

interface ServiceSight {
  /** Null = the manager did not say. */
  readonly state: 'running' | 'stopped' | null;
  /** The manager's own words. */
  readonly found: string;
}

export interface ServiceManager {
  readonly kind: 'systemd' | 'launchd';
  /** Where the file of this service lies. */
  fileOf(name: string): string;
  /** What stands in it; throws USAGE for what it cannot say. */
  textOf(plan: ServicePlan): string;
  /** Why this manager cannot be asked here; null = it answers. */
  missing(): Promise<string | null>;
  /** This computer was not started with it, so it keeps nothing going: in a container, or where a home was restored from another system. */
  isAbsent(): Promise<boolean>;
  /** Takes the file into use; restarts what runs where the file `isNew`. Returns the commands that it ran. */
  start(name: string, isNew: boolean): Promise<readonly string[]>;
  restart(name: string): Promise<string>;
  /** Call before the file is removed. */
  stop(name: string): Promise<readonly string[]>;
  /** Call after the file was removed. */
  forget(name: string): Promise<readonly string[]>;
  sight(name: string): Promise<ServiceSight>;
  /** The command that shows its log. `ownLog` as in its plan. */
  logOf(name: string, ownLog: ServicePlan['ownLog']): string;
  /** What keeps it from running when it should, with the command for a person. */
  caveats(): Promise<readonly string[]>;
}

/** Of the person whose service it is. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly homeFolder: string;
}

/** Of a manager that gave no answer. */
export function unknown(done: ToolDone | null): ServiceSight {
  return { state: null, found: done === null ? 'not found' : complaintOf(done) };
}

/** Runs it; throws FAILED with its own words. Returns the command as a person would type it. */
export async function mustDo(tool: RunTool, executable: string, args: readonly string[]): Promise<string> {
  const command = [executable, ...args.map(shellWord)].join(' ');
  const done = await tool(executable, args);
  if (done?.code === 0) return command;
  throw new CoordError('FAILED', `${command}: ${done === null ? 'not found' : complaintOf(done)}`, 'coord service status');
}
