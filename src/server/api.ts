// What the routes of every kind share: the app that they are added to, and what it gives them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import type { World } from '../operations/sync/dependencies.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import type { Entrance } from './guard/admission.ts';
import { checked, readBody } from './guard/body.ts';
import { LIMITS, type Limits } from './guard/limits.ts';
import type { Rates } from './guard/rate.ts';
import type { Callers } from './listening.ts';
import type { PathStream } from './stream/stream.ts';
import type { Sight } from './stream/stream-state.ts';

export interface Env {
  Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse };
}

export type Api = Hono<Env>;

export interface ApiDeps {
  readonly world: World;
  readonly folder: FleetFolder;
  /** A line of the daemon's log. */
  log(text: string): void;
  /** For what changes something: a few at a time. Throws BUSY. */
  turn<T>(work: () => Promise<T>): Promise<T>;
  /** After this an act that is recorded is answered. */
  readonly actMs: number;
  /** An answer that goes on says so often that somebody is there. */
  readonly pingMs: number;
  readonly rates: Rates;
  /** The token counts, at this moment. */
  isToken(text: string): boolean;
  /** Which device asks, by the name that its owner gave it; null = this computer. */
  actor(request: IncomingMessage): string | null;
  /** Whoever was let in by what counts no more is shown out. */
  check(): void;
  /** For reads that need the lock of the cycle: one at a time, with a rest after it. Throws BUSY, also where whoever asks is gone before its turn. */
  turnToRead<T>(c: Context<Env>, work: () => Promise<T>): Promise<T>;
  /** All that the stream tells of, as it is now. */
  sight(): Promise<Sight>;
  /** Whatever streams show may have changed: they look soon. */
  changed(): void;
}

/** What a feature adds to the local API, made once for all that its routes and its stream share; features/api.ts lists them. */
export type ApiPart = (deps: ApiDeps) => {
  addRoutes(app: Api): void;
  openStream?(limits: Limits): PathStream;
  readonly entrance?: OpenEntrance;
  readonly door?: OuterDoor;
};

/** A way in for other devices. */
export interface OuterDoor {
  /** What Host may be there, by TLS. */
  hosts(): readonly string[];
  /** Listens as its owner wants it, from now on, with these guards. Never throws. */
  open(callers: () => Callers, limits: Limits): Promise<{ end(): Promise<void> }>;
}

/** An entrance with what anybody may ask for. */
export interface OpenEntrance extends Entrance {
  /** Answers a request for which `isOpen` holds, whoever asks. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** The JSON of a request, checked. Throws Refused: 413, 415, 400 with the name of the field. */
export function bodyOf<T extends z.ZodType>(c: Context<Env>, schema: T): Promise<z.output<T>> {
  return readBody(c.env.incoming, schema, LIMITS.bodyBytesMax);
}

/** Of a request that has an id and a few words to say. */
export function smallBodyOf<T extends z.ZodType>(c: Context<Env>, schema: T): Promise<z.output<T>> {
  return readBody(c.env.incoming, schema, LIMITS.smallBodyBytesMax);
}

/** Calls it once nobody takes the answer any more: at once where whoever asked is gone already. */
export function whenGone(outgoing: ServerResponse, leave: () => void): void {
  if (outgoing.destroyed) leave();
  else outgoing.once('close', leave);
}

/** Each name of the query once. Throws Refused: 400 with the name of the field. */
export function queryOf<T extends z.ZodType>(c: Context<Env>, schema: T): z.output<T> {
  const query: Record<string, unknown> = Object.create(null);
  for (const [name, values] of Object.entries(c.req.queries())) query[name] = values.length === 1 ? values[0] : values;
  return checked(query, schema, 'the query');
}
