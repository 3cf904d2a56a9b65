// Whether a machine is there, by what was heard of it: its heartbeats, and its word over the bell. Neither is an alarm: that it is lost, its
// state says, once its lease is over.
import { parseTime } from '../../../../core/base/time.ts';
import { lengthWords } from '../../rules/age-words.ts';
import { type Histories, isOverdue } from '../../rules/beats.ts';
import { entryOf, isDeaf, type Snapshot, type StatusMachine } from '../../rules/snapshot.ts';
import { Ago } from '../parts/parts.tsx';
import { Mark } from '../parts/states.tsx';

interface HeardProps {
  readonly number: string;
  readonly machine: StatusMachine;
  readonly shown: Snapshot;
  readonly histories: Histories | null;
}

interface There {
  readonly heardAt: string;
  /** A heartbeat has not come in time: so often one is expected. Null = none is overdue, or its state says that it is away. */
  readonly overdueMs: number | null;
  /** By the bell; null = this machine hears no bell. */
  readonly isOnline: boolean | null;
}

/** By what was seen until the last look here: its own silence counts for nothing. */
export function thereOf({ number, machine: { state, lastSeen }, shown, histories }: HeardProps): There {
  const { sync, bell, lastSync, self } = shown;
  const heardAt = entryOf(sync.lastHeard, number) ?? lastSeen;
  const periodMs = (histories === null ? undefined : entryOf(histories.machines, number))?.periodMs ?? null;
  const isAway = state === 'OFFLINE' || state === 'LEFT' || Number(number) === self.machine || isDeaf(sync);
  const seen = { heardMs: parseTime(heardAt), lookedMs: parseTime(lastSync ?? '') };
  return {
    heardAt,
    overdueMs: periodMs !== null && !isAway && isOverdue({ ...seen, periodMs }) ? periodMs : null,
    isOnline: bell?.connectedSince == null ? null : bell.online.some((one) => one.machine === Number(number)),
  };
}

/** Beside its state. */
export function HeardMarks(props: HeardProps) {
  const { overdueMs, isOnline } = thereOf(props);
  const { state } = props.machine;
  return (
    <>
      {isOnline === false && state !== 'OFFLINE' && <Mark word="not online" shape="dash" tone="calm" />}
      {overdueMs !== null && <Mark word="beat overdue" shape="ring" tone="calm" />}
    </>
  );
}

export function Heard(props: HeardProps) {
  const { overdueMs, isOnline, heardAt } = thereOf(props);
  const online = isOnline === null ? '' : isOnline ? ' · online now' : ' · not on the bell';
  if (Number(props.number) === props.shown.self.machine) return <>this machine{isOnline === true && online}</>;
  return (
    <>
      {overdueMs === null ? 'heard ' : 'no beat since '}
      <Ago at={heardAt} />
      {overdueMs !== null && `, expected every ${lengthWords(overdueMs)}`}
      {online}
    </>
  );
}
