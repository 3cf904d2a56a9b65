// The shape of results/<N>.json with its bounds. Unknown fields are dropped: another version of coord may have written them.
import * as z from 'zod';
import { ARTIFACT_LIMITS, type Artifact, artifactNameProblem, type Unlisted } from '../../core/model/orders/artifact.ts';
import { REASON_CODES, WAY_KINDS } from '../../core/model/orders/reason.ts';
import { END_STATES } from '../../core/model/orders/run.ts';
import { WATCHED_MAX } from '../../core/model/orders/trigger.ts';
import { FORBIDDEN_KEYS } from '../json/json-node.ts';
import { isIsoTime } from '../text/iso-time.ts';

/** An order's id, or that of one occurrence of a schedule: `nightly@20261120T0300Z`. */
const order = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}(?:@[0-9TZ]{1,20})?$/);
const generation = z.number().int().min(1).max(1_000_000);
const attempt = z.number().int().min(1).max(1000);
const attempts = z.number().int().min(1).max(1000);
const leaseMs = z.number().int().min(0).optional();
const time = z.string().refine(isIsoTime);
const exitCode = z.number().int().nullable();
const state = z.enum(END_STATES);
/** One of a newer version is none here. */
const code = z.enum(REASON_CODES).optional().catch(undefined);
/** With a way that only a newer version knows, the sentence alone counts. */
const told = z
  .array(z.union([z.string(), z.object({ way: z.enum(WAY_KINDS) })]))
  .optional()
  .catch(undefined);
/** O8b. */
const work = z.string().max(20).optional();
/** O15. */
const asks = z.literal(true).optional();
/** O8. */
const returned = z.literal(true).optional();
/** O19. */
const watched = z.array(z.string().max(100)).max(WATCHED_MAX).optional();
/** O17. */
const runProgress = z.object({
  last: z.string().max(1000),
  turns: z.number().int().min(0).nullable(),
  costUsd: z.number().min(0).nullable(),
  at: time,
});
const runName = { order, generation, attempt };

/** True for a name that a run may give to an output and that every reader can take. */
export function isOutputKey(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/.test(key) && !FORBIDDEN_KEYS.has(key);
}

/** What no writer writes: it stands for a list that breaks the rules, of which nothing is fetched (A1). */
const BROKEN: Artifact[] = [];

/** A1. */
const artifacts = z
  .array(
    z.object({
      name: z.string().refine((name) => artifactNameProblem(name) === null),
      size: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      id: z
        .string()
        .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
        .optional(),
      at: z.string().max(ARTIFACT_LIMITS.atLengthMax).optional(),
      x: z.literal(true).optional().catch(undefined),
    }),
  )
  .max(ARTIFACT_LIMITS.filesMax)
  .optional()
  .catch(() => BROKEN);

/** A1.5. No bound is the reader's to set, and no number makes all that the machine says unreadable: what is none says that there were some. */
const unlisted = z
  .union([z.number().int().min(1), z.literal('unknown')])
  .optional()
  .catch('unknown');

interface Lists {
  artifacts?: Artifact[] | undefined;
  unlisted?: Unlisted | undefined;
}

/** A1.5: where there is a list that cannot be read there were files, and nobody must take it for a run that left none. */
function withMark<T extends Lists>(run: T): T {
  if (run.artifacts !== BROKEN) return run;
  const { artifacts: _, ...bare } = run;
  return { ...bare, unlisted: run.unlisted ?? 'unknown' } as T;
}

const outputs = z.record(z.string().refine(isOutputKey), z.string());

const fullRun = z.object({
  ...runName,
  state,
  reason: z.string().nullable(),
  code,
  told,
  exitCode,
  startedAt: time,
  finishedAt: time,
  tail: z.string(),
  outputs,
  artifacts,
  unlisted,
  work,
  asks,
  returned,
  watched,
});

/** One run in full, in results and in the history. */
export const endedRun = fullRun.transform(withMark);

const olderRun = z
  .object({
    ...runName,
    state,
    exitCode,
    startedAt: time.optional(),
    finishedAt: time,
    reason: z.string().nullish(),
    code,
    told,
    tail: z.string().optional(),
    work,
    asks,
    returned,
    outputs: outputs.optional(),
    artifacts,
    unlisted,
  })
  .transform(withMark);

/** results/<N>-<k>.json. */
export const pageSchema = z.object({
  machine: z.number().int().min(1).max(9999),
  page: z.number().int().min(1).max(999),
  older: z.array(z.union([z.string(), olderRun])),
});

export const resultsSchema = z.object({
  machine: z.number().int().min(1).max(9999),
  running: z.array(
    z.object({
      ...{ ...runName, startedAt: time, attempts: attempts.optional(), leaseMs, work },
      ...{ progress: runProgress.optional(), watched },
    }),
  ),
  claimed: z.array(z.object({ ...runName, attempts, leaseMs })).default([]),
  waiting: z.array(
    z.object({
      ...{ order, generation, state: z.enum(['ASSIGNED', 'BLOCKED']), reason: z.string(), code, told },
      hold: z.literal(true).optional(),
    }),
  ),
  ended: z.array(endedRun),
  older: z.array(olderRun),
  /** How many further documents belong to it. */
  pages: z.number().int().min(1).max(999).optional(),
  before: z.array(z.string().regex(/^[^@\s]{1,64}(?:@[0-9TZ]{1,20})?@[0-9]{1,7}$/)),
});

export type ResultsFile = z.output<typeof resultsSchema>;
