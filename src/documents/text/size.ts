// Sizes as people write and read them: `500MB`, `20 GB`, `1.5TB`, each unit 1,024 of the one before.

export const MEGABYTE = 1024 ** 2;
const UNITS: Readonly<Record<string, number>> = { MB: MEGABYTE, GB: 1024 * MEGABYTE, TB: MEGABYTE * MEGABYTE };

/** Reads a size in bytes, above 0; null for anything else. */
export function parseSize(written: unknown): number | null {
  const [, amount, unit] = /^\s*(\d{1,7}(?:\.\d{1,3})?)\s*(MB|GB|TB)\s*$/i.exec(String(written)) ?? [];
  const bytes = amount === undefined || unit === undefined ? 0 : Math.round(Number(amount) * (UNITS[unit.toUpperCase()] ?? 0));
  return bytes > 0 ? bytes : null;
}

/** `480 MB`, never more than it is; `less than 1 MB`. */
export function formatMegabytes(bytes: number): string {
  return bytes < MEGABYTE ? 'less than 1 MB' : `${Math.floor(bytes / MEGABYTE)} MB`;
}
