// How much of this computer is in use (H4): the processors over the last five minutes, and the memory that no program could get.
import { readFileSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { Usage } from '../../core/model/machines/usage.ts';

/** For tests: `0.9 0.5`, in place of what is measured. */
const ASKED = 'COORD_USAGE';

export function computerUsage(env: Readonly<Record<string, string | undefined>>): Usage {
  const [cpu, memory] = (env[ASKED] ?? '').split(' ').map(Number);
  if (env[ASKED] !== undefined && cpu !== undefined && memory !== undefined) return { cpu, memory };
  const [, fiveMinutes = 0] = loadavg();
  return { cpu: fiveMinutes / Math.max(1, cpus().length), memory: 1 - availableBytes() / totalmem() };
}

/** Of a Mac it is not known: what caches hold counts as used there, so nothing is said of the memory. */
function availableBytes(): number {
  if (process.platform !== 'linux') return process.platform === 'darwin' ? totalmem() : freemem();
  try {
    const [, kilobytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  } catch {
    return freemem();
  }
}
