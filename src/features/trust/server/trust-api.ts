// What the page asks to sign by a passkey (T6.7). Nothing here signs: the owner of a passkey does, in their browser, what was shown to them.
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { TrustAnswer } from '../../../core/model/machines/trust-standing.ts';
import { edited } from '../../../operations/sync/reply-words.ts';
import { type Api, type ApiDeps, type ApiPart, bodyOf } from '../../../server/api.ts';
import { inTime } from '../../../server/guard/in-time.ts';
import { badRequest } from '../../../server/guard/refusal.ts';
import { fingerprintWords } from '../documents/fingerprint-words.ts';
import { isPasskey } from '../documents/passkey-line.ts';
import { passkeysOf, prepare, signByPasskey, type Wish } from '../operations/sign-by-passkey.ts';
import { standingOf, unsignedOf } from '../operations/standing.ts';
import { createChecks } from '../system/checks.ts';
import { parsePasskey } from '../system/passkey.ts';
import { readPin } from '../system/trust-pin.ts';

const base64 = (max: number) =>
  z
    .string('expected base64url')
    .regex(/^[\w-]+$/, 'expected base64url')
    .max(max);
const WISH = {
  order: z.string('expected an id').max(200),
  scope: z.enum(['order', 'approved', 'resolved'], 'expected order, approved or resolved'),
  as: z.enum(['completed', 'failed'], 'expected completed or failed').optional(),
  note: z.string('expected text').max(500).optional(),
};
const PREPARE = z.strictObject(WISH, 'expected {"order": "…", "scope": "order"}');
const SIGN = z.strictObject(
  {
    ...WISH,
    at: z.string('expected a time').max(40),
    seen: base64(100),
    authenticatorData: base64(1_000),
    clientDataJSON: base64(3_000),
    signature: base64(200),
  },
  'expected what was prepared, with what the passkey answered',
);
const KEY = z.strictObject({ key: z.string('expected a line').max(2_000) }, 'expected {"key": "webauthn …"}');

export const trustApi: ApiPart = (deps) => ({ addRoutes: (app) => trustRoutes(app, deps) });

function trustRoutes(app: Api, deps: ApiDeps): void {
  const { world, folder } = deps;
  app.get('/api/v1/page/trust', (c) => {
    const trust = readPin(world.home, folder.root);
    const host = hostOf(c.env.incoming);
    const known = trust === null ? [] : passkeysOf(trust, host, null);
    const passkeys = known.map(([name, line]) => ({ name, credential: parsePasskey(line)?.credential ?? '' }));
    return c.json({ version: trust?.version ?? null, people: Object.keys(trust?.people ?? {}), host, passkeys });
  });
  app.get('/api/v1/page/trust/standing', async (c) => {
    const standing = standingOf(world, folder);
    const isJudged = standing.isSigned && readPin(world.home, folder.root) !== null;
    // It reads the clone, and checks every signature.
    const unsigned = isJudged ? await deps.turnToRead(c, () => unsignedOf(world, folder)) : null;
    return c.json({ ...standing, unsigned } satisfies TrustAnswer);
  });
  app.post('/api/v1/page/trust/passkey', async (c) => {
    const { key } = await bodyOf(c, KEY);
    const fingerprint = isPasskey(key) ? createChecks().fingerprint(key) : null;
    if (fingerprint === null) throw badRequest('expected a passkey of kind ES256 or EdDSA, of a page that has a name');
    return c.json({ fingerprint, words: fingerprintWords(fingerprint) });
  });
  app.post('/api/v1/page/trust/prepare', async (c) => {
    const wish = wishOf(await bodyOf(c, PREPARE));
    return c.json(await deps.turn(() => prepare(world, folder, wish)));
  });
  app.post('/api/v1/page/trust/sign', async (c) => {
    const asked = await bodyOf(c, SIGN);
    const { at, seen, authenticatorData, clientDataJSON, signature } = asked;
    const wish = wishOf(asked);
    const tapped = { host: hostOf(c.env.incoming), at, seen, assertion: { authenticatorData, clientDataJSON, signature } };
    const outcome = await inTime(deps, (here) => signByPasskey(here, folder, wish, tapped), deps.actor(c.env.incoming));
    if (outcome.kind === 'done') return c.json(edited(wish.id, outcome.report));
    return c.json({ id: wish.id, landed: false, trouble: 'the remote is slow' }, 202);
  });
}

function wishOf({ order: id, scope, as = 'completed', note }: z.output<typeof PREPARE>): Wish {
  return { id, scope, ending: { as, note: note ?? null } };
}

/** The name that the page has there, without its port. Whoever asks was let in by it (admission.ts). */
function hostOf({ headers }: IncomingMessage): string {
  return new URL(`http://${headers.host ?? ''}`).hostname;
}
