// What the checkers judge, each named once: a batch of seeds has to come to every one of them, or the silence of that judge proves nothing.

export const JUDGED = 'judged: ';

export const JUDGEMENTS = [
  'acts beside a pause',
  'acts of a machine that was shown main',
  'attempts after an end',
  'attempts beside each other',
  'boards that moved',
  'claims that moved',
  'derived documents',
  'documents read',
  'ends of orders',
  'lanes that moved',
  'messages read',
  'orders held back at the end',
  'own copies on the board',
  'runs after another order',
  'runs of a schedule',
  'slots',
  'starts',
  'stops',
  'take-overs',
  'views',
  'views after those of another process',
  'words that a machine is lost',
] as const;

export type Judgement = (typeof JUDGEMENTS)[number];

/** Those that no history of a batch came to. */
export function unjudged(counts: ReadonlyMap<string, number>): readonly Judgement[] {
  return JUDGEMENTS.filter((name) => (counts.get(JUDGED + name) ?? 0) === 0);
}
