// Defines `call` of an order (O14): its checks, how a wrong value is explained, how a command line says it, and what it means.
import type { z } from 'zod';
import type { Json } from '../../core/model/ledger/intention.ts';
import { SERVICE_NAME } from '../../core/model/machines/local-service.ts';
import { CALL_METHODS, type Call } from '../../core/model/orders/call.ts';
import { type Options, orderField, WrongOptions } from './order-field.ts';
import type { values } from './order-values.ts';

export const SPECIALTY = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$/;
/** What may stand in the first line of a request: no space, no `#`, nothing that is not ASCII. */
const PATH = /^\/[\u0021\u0022\u0024-\u007e]{0,4095}$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const HEADER_VALUE = /^[\u0020-\u007e]{0,4000}$/;
/** What frames a request is node's to say, and what names the attempt is coord's. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*|idempotency-key|x-coord-.*)$/i;
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD'];

const isObject = ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null;

function callSchema({ z, count }: typeof values) {
  const status = count(200, 599);
  const headers = z
    .record(
      z
        .string()
        .regex(HEADER_NAME)
        .refine((name) => !OWN_HEADERS.test(name)),
      z.string().regex(HEADER_VALUE),
    )
    .refine(isEachOnce);
  const schema = z.object({
    instance: z.string().regex(SERVICE_NAME).optional().describe('The local service of that name.'),
    specialty: z
      .string()
      .regex(SPECIALTY)
      .optional()
      .describe('Any local service that has this specialty: the least loaded one.'),
    method: z.enum(CALL_METHODS).optional().describe('Default GET, with a body POST.'),
    path: z.string().regex(PATH).describe('With its query, from / on.'),
    headers: headers.optional().describe('Headers of the request.'),
    body: z
      .unknown()
      .refine(isExact)
      .optional()
      .describe('Any JSON. A text goes as it stands if `headers` has a Content-Type that is not JSON.'),
    expect: z
      .union([status, z.array(status).min(1).max(50)])
      .optional()
      .describe('The status, or statuses, of success. Default 200 to 299.'),
  });
  return schema
    .refine(({ instance, specialty }) => (instance === undefined) !== (specialty === undefined), {
      params: { expected: 'exactly one of "instance" and "specialty" in "call"' },
      when: isObject,
    })
    .refine(({ method, body }) => body === undefined || !WITHOUT_BODY.includes(method ?? ''), {
      path: ['body'],
      params: { expected: 'no "body" in "call" beside "method" GET or HEAD' },
      when: isObject,
    });
}

type CallEntry = z.output<ReturnType<typeof callSchema>>;

export const callField = orderField({
  schema: callSchema,
  expected: '{"instance": "…", "path": "/…"} or {"specialty": "…", "path": "/…"}',
  words: 'A request to a local service of the machine; `env` is for its `check` alone.',
  docs: 'in place of `run`: a request to a local service ([below](#calls-to-local-services))',
  not: ['chain'],
  work: 'call',
  reads: ({ call }) => callOf(call as CallEntry),
  called: 'a call',
  changes: 'work',
  task: 'brackets',
  within: {
    instance: 'the name of a local service: a-z first, then a-z 0-9 _ -',
    specialty: 'a word such as build or gpu-a100',
    method: `one of ${CALL_METHODS.map((it) => `"${it}"`).join(', ')}`,
    path: 'a path such as "/api/build" (anything but ASCII, spaces and # written as %20)',
    headers: 'an object of texts without those that are sent anyway (Host, Content-Length, Connection, Idempotency-Key …)',
    body: 'JSON whose whole numbers are exact (below 2^53)',
    expect: 'a status from 200 to 599, or a list of them',
  },
  oneOf: ['instance', 'specialty'],
  options: [
    ['--call <instance>', 'a request to this local service there, in place of a command; with --path'],
    ['--specialty <word>', 'the same, to any local service with this specialty'],
    ['--path <path>', 'path of the request, such as /api/build', { completes: 'nothing' }],
    ['--method <method>', 'method of the request (default: GET; POST with a body)'],
    ['--header <header>', 'a header of the request, "Name: value"; may be given again', { is: 'repeated' }],
    ['--body <json>', 'JSON body of the request; - reads standard input', { readsInput: true }],
    ['--expect <statuses>', 'what counts as success', { is: 'list', defaultWords: '200 to 299' }],
  ],
  take: callFrom,
});

const EXAMPLE = 'coord order add build --for 2 --call builder --path /api/build --body \'{"release": true}\'';

interface CallOptions {
  readonly call?: string;
  readonly specialty?: string;
  readonly path?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly body?: string;
  readonly expect?: readonly string[];
}

/** Undefined = none of them was given. What the fields must be, the checks above say. */
export function callFrom(options: Options): Json | undefined {
  const { call, specialty, path, method, header = [], body, expect = [] } = options as CallOptions;
  const rest = [path, method, body].some((it) => it !== undefined) || header.length > 0 || expect.length > 0;
  if (call === undefined && specialty === undefined) {
    if (!rest) return undefined;
    throw new WrongOptions('--path, --method, --header, --body and --expect need --call or --specialty: found neither', EXAMPLE);
  }
  if (path === undefined) throw new WrongOptions('a call: expected --path, found none', EXAMPLE);
  const [only, ...others] = expect.map(Number);
  return {
    ...(call === undefined ? {} : { instance: call }),
    ...(specialty === undefined ? {} : { specialty }),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    path,
    ...(header.length === 0 ? {} : { headers: Object.fromEntries(header.map(headerOf)) }),
    ...(body === undefined ? {} : { body: jsonOf(body) }),
    ...(only === undefined ? {} : { expect: others.length === 0 ? only : [only, ...others] }),
  };
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new WrongOptions(`expected --header "Name: value", found ${text}`, EXAMPLE);
  return [name, value];
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new WrongOptions(`expected --body to be JSON (a text in quotes: '"hello"'), found ${text.slice(0, 60)}`, EXAMPLE);
  }
}

function callOf({ instance, specialty, method, path, headers, body, expect }: CallEntry): Call {
  const own: Record<string, string> = Object.assign(Object.create(null), headers);
  return {
    kind: 'call',
    to: instance === undefined ? { kind: 'specialty', name: specialty ?? '' } : { kind: 'instance', name: instance },
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    ...withBody(own, body as Json | undefined),
    expect: expect === undefined ? null : [expect].flat(),
  };
}

/** A text under a type of its own that is not JSON is no JSON. */
function withBody(headers: Readonly<Record<string, string>>, body: Json | undefined): Pick<Call, 'headers' | 'body'> {
  if (body === undefined) return { headers, body: null };
  const [, type] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  if (type === undefined) return { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return { headers, body: typeof body === 'string' && !/json/i.test(type) ? body : JSON.stringify(body) };
}

/** Names of headers are compared whatever their case. */
function isEachOnce(headers: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return new Set(names).size === names.length;
}

/** No whole number in it lost digits when it was read; nor was one too large to be kept at all, such as 1e400. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}
