// What a request brings: JSON alone, so much of it, and what the schema says; a fault names the field.
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { faultText } from '../../core/model/status/fault.ts';
import { toValue } from '../../documents/json/json-node.ts';
import { readJson } from '../../documents/json/json-text.ts';
import { unknownKeys } from '../../documents/json/unknown-field.ts';
import { isJsonBomb } from './json-bomb.ts';
import { badRequest, Refused } from './refusal.ts';

/** Nothing at all is an empty object. Throws Refused. */
export async function readBody<T extends z.ZodType>(request: IncomingMessage, schema: T, bytesMax: number): Promise<z.output<T>> {
  const text = await textOf(request, bytesMax);
  const value = text === '' ? {} : jsonOf(text);
  return checked(value, schema, 'the request');
}

/** Throws Refused with the field that is wrong, what it should be and what it is. */
export function checked<T extends z.ZodType>(value: unknown, schema: T, what: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  const where = path === '' ? what : JSON.stringify(path);
  if (issue?.code === 'unrecognized_keys') throw badRequest(`${where}: ${unknownKeys(issue.keys, schema, issue.path)}`);
  throw badRequest(`${where}: ${issue?.message ?? 'is wrong'}`);
}

async function textOf(request: IncomingMessage, bytesMax: number): Promise<string> {
  const tooLarge = () =>
    new Refused({
      status: 413,
      code: 'TOO_LARGE',
      message: `the request is too large: expected at most ${bytesMax} bytes`,
      hint: null,
      headers: { Connection: 'close' },
    });
  const { headers } = request;
  if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset =
    parameters
      .find((one) => one.startsWith('charset='))
      ?.slice(8)
      .replaceAll('"', '') ?? 'utf-8';
  if (
    headers['content-encoding'] !== undefined ||
    (isEmpty ? type !== '' && type !== 'application/json' : type !== 'application/json' || charset !== 'utf-8')
  )
    throw new Refused({
      status: 415,
      code: 'UNSUPPORTED_TYPE',
      message: `expected Content-Type: application/json, found ${JSON.stringify(headers['content-type'] ?? 'none')}`,
      hint: null,
    });
  const body = await bytesOf(request, bytesMax);
  if (body === null) throw tooLarge();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw badRequest('the request is no text: expected UTF-8');
  }
}

/** Null = there are more. */
async function bytesOf(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) return null;
      chunks.push(chunk);
    }
  } catch {
    // The client hung up, or was cut off.
    throw badRequest('the request has no end');
  }
  return Buffer.concat(chunks);
}

function jsonOf(text: string): unknown {
  if (isJsonBomb(text)) throw badRequest('expected JSON with fewer entries');
  const { root, faults } = readJson(text, 'the request');
  // What a person's file is forgiven, a program's request is not.
  const [fault] = faults;
  if (fault !== undefined || root === null) throw badRequest(fault === undefined ? 'expected JSON' : faultText(fault));
  return toValue(root);
}
