// Edits the person's crontab and keeps everything but one folder's line byte for byte. It need not be UTF-8, so it is handled as bytes.
import { CoordError } from '../../errors.ts';
import { markOf } from './cron-line.ts';
import { complaintOf, type RunTool } from './run-tool.ts';

const NO_CRONTAB = /no crontab|no such file/i;

/** One character a byte; null = there is no `crontab` on this computer. Throws FAILED where it may not be read. */
export async function readCrontab(tool: RunTool): Promise<string | null> {
  const done = await tool('crontab', ['-l']);
  if (done === null) return null;
  if (done.code === 0) return done.stdout.toString('latin1');
  // Anything else must not be taken for an empty one: it would be overwritten.
  if (done.code !== null && NO_CRONTAB.test(done.stderr)) return '';
  throw new CoordError('FAILED', `the crontab cannot be read: crontab -l: ${complaintOf(done)}`, 'coord service install');
}

/** Throws FAILED where it was not taken; then the old one stands. */
export async function writeCrontab(tool: RunTool, text: string): Promise<void> {
  const done = text === '' ? await tool('crontab', ['-r']) : await tool('crontab', ['-'], Buffer.from(text, 'latin1'));
  if (done?.code === 0 && (await readCrontab(tool)) === text) return;
  const why = done === null ? 'not found' : done.code === 0 ? 'it holds something else now' : complaintOf(done);
  throw new CoordError('FAILED', `the crontab was not changed as it should be: ${why}`, 'crontab -l');
}

/** The line of this folder, as it stands; null = there is none, or it is commented out. */
export function lineOf(crontab: string, name: string): string | null {
  const line = crontab.split('\n').find((text) => isLineOf(text, name));
  return line === undefined ? null : Buffer.from(line, 'latin1').toString();
}

/** Puts the line where the old one was, or at the end; null takes it out. */
export function withLine(crontab: string, name: string, line: string | null): string {
  const added = line === null ? [] : [Buffer.from(line).toString('latin1')];
  const lines = crontab.split('\n');
  const at = lines.findIndex((text) => isLineOf(text, name));
  if (at < 0) return line === null ? crontab : `${crontab}${crontab === '' || crontab.endsWith('\n') ? '' : '\n'}${added[0]}\n`;
  const others = lines.filter((text) => !isLineOf(text, name));
  return [...others.slice(0, at), ...added, ...others.slice(at)].join('\n');
}

/** A line that a person wrote for this folder, as far as it can be told. */
export function otherLineOf(crontab: string, root: string): string | null {
  const lines = Buffer.from(crontab, 'latin1').toString().split('\n');
  return lines.find((line) => !/^\s*#/.test(line) && line.includes(root) && /\bsync\b/.test(line)) ?? null;
}

function isLineOf(line: string, name: string): boolean {
  return !line.trimStart().startsWith('#') && line.trimEnd().endsWith(` ${markOf(name)}`);
}
