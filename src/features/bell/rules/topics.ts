// The topics of a bell (B4), each below the base that its key makes. Of `ring`, `here` and `log`, the number is the machine that says it; of
// `say`, `watch`, `ask` and `file`, the machine that it is for.

export const TOPIC_KINDS = ['ring', 'here', 'say', 'log', 'watch', 'ask', 'file'] as const;
export type TopicKind = (typeof TOPIC_KINDS)[number];

export interface Topic {
  readonly base: string;
  readonly kind: TopicKind;
  readonly machine: number;
}

export function topicText({ base, kind, machine }: Topic): string {
  return `${base}/${kind}/${machine}`;
}

/** Null = it is none of a bell's. */
export function parseTopic(text: string): Topic | null {
  const [, base = '', word, number] = /^([0-9a-f]{32})\/([a-z]{2,5})\/([1-9][0-9]{0,3})$/.exec(text) ?? [];
  const kind = TOPIC_KINDS.find((it) => it === word);
  return kind === undefined ? null : { base, kind, machine: Number(number) };
}
