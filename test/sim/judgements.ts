// What the checkers judge, each named once: a batch of seeds has to come often to every one of them, or the silence of that judge proves nothing.

export const JUDGED = 'judged: ';

export const JUDGEMENTS = [
  'acts beside a pause',
  'acts of a machine that was shown main',
  'attempts after an end',
  'attempts beside each other',
  'bells that fell silent',
  'boards that moved',
  'claims that moved',
  'derived documents',
  'documents read',
  'ends of orders',
  'events that have their run',
  'lanes that moved',
  'looks that a bell asked for',
  'losses that have their run',
  'messages read',
  'news for a machine at rest',
  'orders held back at the end',
  'orders that begin with a template',
  'own copies on the board',
  'pushes in a flood of rings',
  'runs after another order',
  'runs of a schedule',
  'runs of a trigger',
  'slots',
  'starts',
  'stops',
  'steps after another of their order',
  'steps of a template',
  'take-overs',
  'views',
  'views after those of another process',
  'words that a machine is lost',
] as const;

export type Judgement = (typeof JUDGEMENTS)[number];

/** So many histories come to everything that is judged, and this often. */
export const SEEDS_TO_JUDGE = 100;
const JUDGED_MIN = 15;

/** Those that so many histories came to too seldom, each with how often; empty where there were too few to say. */
export function unjudged(counts: ReadonlyMap<string, number>, seeds: number): readonly string[] {
  const least = seeds < SEEDS_TO_JUDGE ? 0 : Math.floor((JUDGED_MIN * seeds) / SEEDS_TO_JUDGE);
  const timesOf = (name: Judgement) => counts.get(JUDGED + name) ?? 0;
  return JUDGEMENTS.filter((name) => timesOf(name) < least).map((name) => `${name}: ${timesOf(name)} times, and not ${least}`);
}
