// Reads `.coord/api.yaml`, where the owner says whether and where the local API of this fleet folder listens. Any mistake in it keeps the
// API off, because a slip must not open what somebody meant to close.
import * as z from 'zod';
import { readYaml } from '../yaml/yaml-text.ts';

export interface ApiSettings {
  readonly enabled: boolean;
  /** Null = the first of the usual ones that is free. */
  readonly port: number | null;
  /** An address of this computer that others reach, beside the loopback ones; null = none. */
  readonly address: string | null;
}

export interface ReadApiSettings {
  readonly settings: ApiSettings;
  /** One sentence each, with its place. Where there is one, nothing listens. */
  readonly faults: readonly string[];
}

const API_SETTINGS: ApiSettings = { enabled: true, port: null, address: null };
export const API_PORT = { min: 1024, max: 65_535 } as const;

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/i;
const address = z
  .union([z.ipv4(), z.ipv6()])
  .refine((it) => !/^(0\.0\.0\.0|[0:]+)$/.test(it))
  .transform((it) => (LOOPBACK.test(it) ? null : it));

const FIELDS = {
  enabled: { schema: z.boolean(), expected: 'true or false' },
  port: {
    schema: z.number().int().min(API_PORT.min).max(API_PORT.max),
    expected: `a whole number from ${API_PORT.min} to ${API_PORT.max}`,
  },
  address: { schema: address, expected: 'one address of this computer such as 192.168.1.5' },
} as const;

export type ApiSetting = keyof typeof FIELDS;

/** `text` null = there is no such file, and all is as by default. */
export function parseApiSettings(text: string | null, path: string): ReadApiSettings {
  const { value, faults, positionOf } = readYaml(text ?? '', path);
  const [fault] = faults;
  if (fault !== undefined) {
    const place = fault.line === null ? '' : ` line ${fault.line}`;
    return { settings: API_SETTINGS, faults: [`${path}${place}: expected ${fault.expected}, found ${fault.found}`] };
  }
  if (value === null) return { settings: API_SETTINGS, faults: [] };
  if (typeof value !== 'object' || Array.isArray(value))
    return { settings: API_SETTINGS, faults: [`${path}: expected enabled, port and address, found something else`] };
  const bad: string[] = [];
  const found: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(value)) {
    const at = `${path} line ${positionOf(key)?.line ?? 1}`;
    if (!Object.hasOwn(FIELDS, key)) {
      bad.push(`${at}: expected ${Object.keys(FIELDS).join(', ')}, found a key ${JSON.stringify(key)}`);
      continue;
    }
    if (given === null) continue;
    const { schema, expected } = FIELDS[key as ApiSetting];
    const read = schema.safeParse(given);
    if (read.success) found[key] = read.data;
    else bad.push(`${at}: expected "${key}" to be ${expected}, found ${JSON.stringify(given)}`);
  }
  return { settings: { ...API_SETTINGS, ...found }, faults: bad };
}

/** The text with one setting changed, all else as its owner wrote it; null = it is not written one key a line. */
export function withApiSetting(text: string, key: ApiSetting, value: boolean | number | null): string | null {
  const line = new RegExp(`^${key}[ \\t]*:[^#\\r\\n]*?([ \\t]+#.*)?$`, 'm');
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  const changed = line.test(text)
    ? text.replace(line, (_all, comment: string | undefined) => `${key}: ${value}${comment ?? ''}`)
    : `${text}${end}${key}: ${value}\n`;
  const { settings, faults } = parseApiSettings(changed, '');
  return faults.length === 0 && settings[key] === (value ?? API_SETTINGS[key]) ? changed : null;
}
