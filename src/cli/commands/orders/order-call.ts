// The options of `coord order add` that make a request to a local program of it: --call or --specialty, and what goes with them.
import { readFileSync } from 'node:fs';
import type { Json } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';

export interface CallOptions {
  readonly call?: string;
  readonly specialty?: string;
  readonly path?: string;
  readonly method?: string;
  readonly header: readonly string[];
  readonly body?: string;
  readonly expect: readonly string[];
}

const EXAMPLE = 'coord order add build --for 2 --call builder --path /api/build --body \'{"release": true}\'';

/** Null = none of them was given. What the fields must be, the document's own checks say. */
export function callFrom({ call, specialty, path, method, header, body, expect }: CallOptions): Json | null {
  const rest = [path, method, body].some((it) => it !== undefined) || header.length > 0 || expect.length > 0;
  if (call === undefined && specialty === undefined) {
    if (!rest) return null;
    throw usage('--path, --method, --header, --body and --expect are of a call: expected --call or --specialty, found neither');
  }
  if (path === undefined) throw usage('a call: expected --path, found none');
  const [only, ...others] = expect.map(Number);
  return {
    ...(call === undefined ? {} : { instance: call }),
    ...(specialty === undefined ? {} : { specialty }),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    path,
    ...(header.length === 0 ? {} : { headers: Object.fromEntries(header.map(headerOf)) }),
    ...(body === undefined ? {} : { body: jsonOf(body === '-' ? readFileSync(0, 'utf8') : body) }),
    ...(only === undefined ? {} : { expect: others.length === 0 ? only : [only, ...others] }),
  };
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw usage(`expected --header "Name: value", found ${text}`);
  return [name, value];
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw usage(`expected --body to be JSON (a text in quotes: '"hello"'), found ${text.slice(0, 60)}`);
  }
}

function usage(message: string): CoordError {
  return new CoordError('USAGE', message, EXAMPLE);
}
