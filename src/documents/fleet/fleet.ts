// Reads fleet.yaml, the people's settings, all of them optional. An impossible value is a fault, and the last good value stays in force
// (D4). An unknown key is a fault too, and orders wait for a person, because it may ask for anything.
import { DEFAULT_FLEET, type FleetSettings, type KeptSetting } from '../../core/model/ledger/fleet.ts';
import { type Fault, faultText, type Parsed } from '../../core/model/status/fault.ts';
import type { DocumentKind } from '../document.ts';
import { isOwnName, unknownField } from '../json/unknown-field.ts';
import { FLEET_PATH } from '../paths.ts';
import { DOCUMENT_LIMITS } from '../text/limits.ts';
import type { Position } from '../text/text-position.ts';
import { FlatFields } from '../yaml/flat-fields.ts';
import { renderScalar } from '../yaml/yaml-scalar.ts';
import { readYaml } from '../yaml/yaml-text.ts';
import { parseApprovals, withDoubt } from './fleet-approvals.ts';
import { keptFor, lengthOf } from './fleet-kept.ts';
import { noteOf, pausesOf, untilOf } from './fleet-pause.ts';
import { parseRouting } from './fleet-routing.ts';
import { parseTemplates, TYPED_IN_TEMPLATES } from './fleet-templates.ts';

export const fleetDocument: DocumentKind<FleetSettings> = {
  owner: 'people',
  path: FLEET_PATH,
  parse: parseFleet,
  lastGood: {
    // A fleet without settings is an ordinary one.
    isRequired: false,
    bytesMax: 8 * DOCUMENT_LIMITS.settingsLengthMax,
    // Each setting is looked for by itself: other settings of the same version may be good.
    missing(value, before) {
      if (value === null) return before;
      const { unread = [] } = value;
      return before === null ? unread : before.filter((setting) => unread.some((it) => it === setting));
    },
  },
};

export function parseFleet(text: string): Parsed<FleetSettings> {
  const { value, faults: wrong, positionOf } = readYaml(text, FLEET_PATH, [['name'], ...TYPED_IN_TEMPLATES]);
  if (wrong.length > 0) return { value: null, faults: wrong };
  if (value === null) return { value: DEFAULT_FLEET, faults: [] };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const fault = {
      document: FLEET_PATH,
      line: 1,
      column: 1,
      level: 'fault',
      expected: 'settings of the form "name: value"',
      found: 'something else',
    } as const;
    return { value: null, faults: [fault] };
  }
  const fields = new FlatFields(value as Record<string, unknown>, FLEET_PATH, positionOf);
  const until = fields.optional<string | null>('paused_until', 'a time in UTC such as 2026-11-20 22:00', untilOf, null);
  const note = fields.optional('pause_note', 'one line of text, 200 characters at most', noteOf, '');
  const { routing, faults: badRoutes } = parseRouting(
    fields.optional<unknown>('routing', '', (it) => it, null),
    (type) => positionOf('routing', type ?? undefined),
  );
  const { approvals: written, faults: badApprovals } = parseApprovals(
    fields.optional<unknown>('approvals', '', (it) => it, null),
    (key) => positionOf('approvals', key ?? undefined),
  );
  const { templates, faults: badTemplates } = parseTemplates(
    { text, value: fields.optional<unknown>('templates', '', (it) => it, null) },
    (...inner) => positionOf('templates', ...inner),
  );
  const settings: FleetSettings = {
    name: fields.optional('name', 'one line of text, 100 characters at most', nameOf, DEFAULT_FLEET.name),
    url: fields.optional('url', ADDRESS, urlOf, DEFAULT_FLEET.url),
    pushesPerMinute: fields.optional(
      'pushes_per_minute',
      'a whole number from 1 to 600',
      wholeNumberTo(600),
      DEFAULT_FLEET.pushesPerMinute,
    ),
    machinesMax: fields.optional('machines_max', 'a whole number from 1 to 1000', wholeNumberTo(1000), DEFAULT_FLEET.machinesMax),
    heartbeatMs: fields.optional(
      'heartbeat',
      'a length from 10s to 24h',
      lengthOf(10_000, 86_400_000),
      DEFAULT_FLEET.heartbeatMs,
    ),
    leaseMs: fields.optional('lease', 'a length from 30s to 30d', lengthOf(30_000, 30 * 86_400_000), DEFAULT_FLEET.leaseMs),
    board: fields.optional('board', BRANCH, branchOf, DEFAULT_FLEET.board),
    paused: fields.optional('paused', PAUSED, (value) => pausesOf(value, { until, note }), DEFAULT_FLEET.paused),
    ...keptFor(fields),
    routing,
    approvals: written,
    templates,
  };
  const unknown = unknownSettings(
    fields.rest().map(([key]) => key),
    positionOf,
  );
  const faults = [...fields.faults, ...badRoutes, ...badApprovals, ...badTemplates, ...unknown];
  const unread = [...new Set([...fields.bad].flatMap((key) => KEPT[key] ?? []))];
  const [doubt] = unknown;
  return {
    value: {
      ...settings,
      ...(doubt === undefined ? {} : { approvals: withDoubt(written, faultText(doubt)) }),
      ...(unread.length === 0 ? {} : { unread }),
    },
    faults,
  };
}

/** By the key that people write. */
const KEPT: Readonly<Record<string, KeptSetting>> = {
  name: 'name',
  url: 'url',
  pushes_per_minute: 'pushesPerMinute',
  machines_max: 'machinesMax',
  heartbeat: 'heartbeatMs',
  lease: 'leaseMs',
  board: 'board',
  keep: 'keepMs',
  keep_archive: 'keepArchiveMs',
  keep_history: 'keepHistoryMs',
  compact_at: 'compactAt',
  paused: 'paused',
  paused_until: 'paused',
  pause_note: 'paused',
  keep_artifacts: 'keepArtifactsMs',
};
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(KEPT), 'routing', 'approvals', 'templates']);

/** So many are named; of the others it is said how many there are. */
const UNKNOWN_MAX = 20;

function unknownSettings(keys: readonly string[], positionOf: (key: string) => Position | null): readonly Fault[] {
  const unknown = keys.filter((key) => !KNOWN.has(key) && !isOwnName(key));
  const named = unknown.slice(0, UNKNOWN_MAX).flatMap((key) => unknownSetting(key, positionOf(key)) ?? []);
  const more = unknown.length - UNKNOWN_MAX;
  if (more <= 0) return named;
  const at = { document: FLEET_PATH, line: null, column: null, level: 'fault' } as const;
  return [...named, { ...at, expected: 'settings that this version knows', found: `${more} more that it does not know` }];
}

function unknownSetting(key: string, at: Position | null): Fault | null {
  const unknown = unknownField(key, KNOWN);
  if (unknown === null) return null;
  const { line = null, column = null } = at ?? {};
  const said = { expected: 'a setting that this version knows', found: `"${unknown.field}"` };
  return { document: FLEET_PATH, line, column, level: 'fault', ...said, unknown };
}

/**
 * D4: of each setting that cannot be read in `present`, the value of the newest of `earlier` (newest first) in which it can. One that never
 * could is as its default.
 */
export function withLastGood(present: FleetSettings, earlier: readonly FleetSettings[]): FleetSettings {
  const kept = (present.unread ?? []).flatMap((setting): [KeptSetting, unknown][] => {
    const good = earlier.find(({ unread = [] }) => !unread.includes(setting));
    return good === undefined ? [] : [[setting, good[setting]]];
  });
  const { unread, ...settings } = present;
  return unread === undefined ? present : { ...settings, ...Object.fromEntries(kept) };
}

const ADDRESS = 'an address such as https://host/me/fleet, without a password, 300 characters at most';
const BRANCH = 'the name of a branch, 200 characters at most';
const PAUSED = 'all, a machine, a list of machines, or { 2: { until: 2026-11-20 22:00, note: … } }';

function nameOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[^\p{Cc}]{1,100}$/u.test(text.trim()) ? text.trim() : null;
}

/** No user, no query, no character that could end a link. */
function urlOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 300) return null;
  const url = /^(https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*)\/?$/.exec(
    value.trim(),
  )?.[1];
  return url?.replace(/\.git$/, '') ?? null;
}

function wholeNumberTo(max: number): (value: unknown) => number | null {
  return (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max ? value : null);
}

/** F4. A branch that git takes, and none of coord's own refs (R4). */
function branchOf(value: unknown): string | null {
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(value)) return null;
  const parts = value.split('/');
  if (parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.') || part.endsWith('.lock'))) return null;
  return value.includes('..') || parts[0] === 'refs' || parts[0] === 'coord-lanes' || value === 'HEAD' ? null : value;
}

interface NewFleet {
  readonly name: string | null;
  readonly url: string | null;
  readonly pushesPerMinute: number | null;
}

/** What init lays down: every setting named, with its default, and why one would change it. Null = its default. */
export function newFleetText({ name, url, pushesPerMinute }: NewFleet): string {
  return `# Settings of this fleet. Every one is optional; a line that begins with # is only a comment.

# What people call the fleet: the heading of the board.
${name === null ? '# name: my fleet' : `name: ${renderScalar(name)}`}

# Where this repository is looked at in a browser: makes the board's links.
${url === null ? '# url: https://host/me/fleet' : `url: ${renderScalar(url)}`}

# How many pushes a minute all machines make together at most. Default: 6, which GitHub asks for. In a network of your own no host counts.
${pushesPerMinute === null ? '# pushes_per_minute: 6' : `pushes_per_minute: ${pushesPerMinute}`}

# How many machines there may be. A machine beyond that is refused.
# machines_max: 64

# How often each machine shows that it is alive, at least. Default: 60 s, and longer in a fleet that would take more than half of
# pushes_per_minute for it (6: 20 seconds for each machine).
# heartbeat: 60s

# How long a machine may stay silent before the others call it lost. At least three heartbeats, which is the default.
# lease: 5m

# Where orders without "assign" go, by their "type"; a list is in order of preference.
# routing: { bug: 1, interface: [1, 2], training: { tags: [gpu] }, emergency: [1, any] }

# Steps that orders take by "use", or by their "type"; {{name}} is a parameter, and a command has it as "$COORD_WITH_NAME".
# templates: { feature: { types: [feature], with: { name: null }, steps: [{ id: build, assign: 1, run: make }, { id: test, assign: 2, run: make test }] } }

# Orders that wait for approval, by "type" or by kind of work (shell, agent, call), also if they do not ask for it.
# approvals: { types: [deploy], kinds: [agent] }

# Paused machines, which start nothing new until they are taken out here: all, a number or name, or a list.
# paused: all
# paused_until: 2026-11-20 22:00

# How long the files stay that runs leave for others (artifacts). Default: 30 days.
# keep_artifacts: 30d

# How long an order stays in ORDERS.json after it ended, before it moves to archive/: at most so long, as a list of more than 1,000 orders
# or 512 KiB is shortened earlier. Default: 30 days.
# keep: 30d

# How long the months of archive/ and history/ stay once they are over, messages that nobody read among them: longer than "keep". Default: for ever.
# keep_archive: 730d

# The branch that machines write to, if main is protected. Orders are still read from main.
# board: coord-board

# How much of this repo's history stays when somebody shortens it by "coord compact".
# keep_history: 90d
`;
}
