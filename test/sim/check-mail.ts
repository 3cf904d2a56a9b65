// S5, M1, M3: judged by what `coord send` and people wrote, and by what readers took out of their inbox.
import type { Computer } from './computer.ts';
import { judged, type ReadWord, type Truth } from './truth.ts';

export interface MailChecks {
  onRead(word: ReadWord): void;
  /** All that live have taken what they were shown; `joined`: when each machine came, true time. */
  atEnd(living: readonly Computer[], joinedMs: ReadonlyMap<string, number>): void;
}

export function createMailChecks(truth: Truth): MailChecks {
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  /** Who read and wrote what under a number that two disks had, one after the other or at once, nobody can tell. */
  const isExcused = (machine: number) => truth.cloned.has(machine) || truth.takenOver.has(machine);
  const sentBy = (machine: number, to: string) =>
    truth.sent.filter((word) => word.machine === machine && word.to === to).map(({ body }) => body);
  const readFrom = (computer: string, source: string) =>
    truth.read.filter((word) => word.computer === computer && word.source === source);
  const peopleWrote = (machine: number) => [
    ...(truth.peopleWrote.get(String(machine)) ?? []).map((body) => ['0', body] as const),
    ...(truth.peopleWrote.get('ALL') ?? []).map((body) => ['0_all', body] as const),
  ];
  const times = <T>(items: readonly T[], wanted: T) => items.filter((item) => item === wanted).length;
  return {
    onRead({ computer, machine, source, body, number }) {
      const [from = '', all] = source.split('_');
      judged(truth, 'messages read');
      if (isExcused(machine) || isExcused(Number(from))) return;
      const read = readFrom(computer, source).map((word) => word.body);
      if (from === '0') {
        const written = (truth.peopleWrote.get(all === undefined ? String(machine) : 'ALL') ?? []).filter(
          (it) => it === body,
        ).length;
        if (!truth.rewritten && times(read, body) > written)
          violated('M3', `${computer} was shown ${JSON.stringify(body)} from people twice`);
        return;
      }
      const sent = sentBy(Number(from), all === undefined ? String(machine) : 'ALL');
      if (times(read, body) > 1) violated('S5', `${computer} was shown message ${number} of ${source} twice: ${body}`);
      const at = sent.indexOf(read[0] ?? '');
      const expected = sent[at + read.length - 1];
      if (expected !== body)
        violated('S5', `${computer} was shown ${JSON.stringify(body)} from ${source}, expected ${JSON.stringify(expected)}`);
      if (all === undefined && at !== 0) violated('S5', `${computer} was not shown the first message of ${source}`);
    },
    atEnd(living, joinedMs) {
      for (const reader of living) {
        if (isExcused(reader.number) || reader.hasLeft()) continue;
        if (!truth.rewritten) {
          for (const [source, body] of peopleWrote(reader.number)) {
            const read = times(
              readFrom(reader.name, source).map((word) => word.body),
              body,
            );
            const written = times(
              peopleWrote(reader.number).map(([from, text]) => `${from} ${text}`),
              `${source} ${body}`,
            );
            if (source === '0' && read !== written)
              violated('M3', `${reader.name} was shown ${JSON.stringify(body)} ${read} times; people wrote it ${written} times`);
          }
        }
        for (const sender of living) {
          if (sender === reader || isExcused(sender.number)) continue;
          // Who has left writes a lane that somebody deleted no second time (docs/security.md).
          if (sender.state()?.leaving?.landed === true && truth.lanesTouched.has(sender.number)) continue;
          for (const [to, source] of [
            [String(reader.number), `${sender.number}`],
            ['ALL', `${sender.number}_all`],
          ] as const) {
            const since = to === 'ALL' ? (joinedMs.get(reader.name) ?? 0) : -1;
            const wanted = truth.sent.filter((word) => word.machine === sender.number && word.to === to && word.atMs > since);
            const read = new Set(readFrom(reader.name, source).map(({ body }) => body));
            for (const { body } of wanted)
              if (!read.has(body)) violated('S5', `${reader.name} was never shown ${JSON.stringify(body)} from ${source}`);
          }
        }
      }
    },
  };
}
