// Every machine as a tile: how it is, when it was last heard, what it does.
import { useEffect } from 'preact/hooks';
import type { Histories } from '../../rules/beats.ts';
import { roomThing } from '../../rules/palette.ts';
import { entryOf, type Snapshot, type StatusMachine } from '../../rules/snapshot.ts';
import { standingBy } from '../../rules/standing-by.ts';
import { type Versions, versionsOf } from '../../rules/versions.ts';
import { useAsked } from '../acts/asked.ts';
import { Beats, Load } from '../drawings/beats.tsx';
import { Ago, Said } from '../parts/parts.tsx';
import { lookOf, Mark, StateMark } from '../parts/states.tsx';
import { addressOf } from '../route.ts';
import { snapshot } from '../store.ts';
import { Facts, Services, Version } from '../tile/about-machine.tsx';
import { Heard, HeardMarks, thereOf } from '../tile/heard.tsx';
import { PauseAct } from '../tile/pause-act.tsx';
import { StopRuns } from '../tile/stop-runs.tsx';

const HISTORY_MS = 15_000;

/** `thing`: the number of the machine that is looked for. */
export function Fleet({ thing }: { readonly thing: string }) {
  useEffect(() => document.querySelector('.tile.meant')?.scrollIntoView({ block: 'nearest' }), [thing]);
  const { answer: histories } = useAsked<Histories>('page/history', HISTORY_MS);
  const shown = snapshot.value;
  if (shown === null) return null;
  const machines = Object.entries(shown.machines);
  const there = machines.filter(([, { state }]) => state !== 'LEFT');
  const left = machines.length - there.length;
  const versions = versionsOf(shown.machines);
  const resting = standingBy(
    there.map(([number, machine]) => {
      const isOverdue = thereOf({ number, machine, shown, histories }).overdueMs !== null;
      const isMeant = isOverdue || number === thing || Number(number) === shown.self.machine;
      return { number, machine, isMeant };
    }),
  );
  return (
    <>
      <h1>Fleet</h1>
      <p class="sum">
        {there.filter(([, { state }]) => state !== 'OFFLINE').length} of {there.length} machines online
        {left > 0 && ` · ${left} left`}
        {versions.behind.size > 0 && ` · ${versions.behind.size} behind coord ${versions.newest}`}
      </p>
      <ul class="tiles">
        {there.flatMap(([number, machine]) =>
          resting.has(number) ? (
            []
          ) : (
            <Tile
              key={number}
              number={number}
              machine={machine}
              shown={shown}
              versions={versions}
              histories={histories}
              isMeant={number === thing}
            />
          ),
        )}
      </ul>
      {resting.size > 0 && <Resting machines={there.filter(([number]) => resting.has(number))} />}
      <p class="quietly">A paused machine takes nothing new, and finishes what runs.</p>
    </>
  );
}

function Resting({ machines }: { readonly machines: readonly (readonly [number: string, machine: StatusMachine])[] }) {
  return (
    <details class="resting" open>
      <summary>{machines.length} stand by</summary>
      <ul>
        {machines.map(([number, { name }]) => (
          <li key={number}>
            <a href={addressOf('fleet', number)}>
              {number} <Said text={name} />
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface TileProps {
  readonly number: string;
  readonly machine: StatusMachine;
  readonly shown: Snapshot;
  readonly versions: Versions;
}

function Tile({
  number,
  machine,
  shown,
  versions,
  histories,
  isMeant,
}: TileProps & { readonly histories: Histories | null; readonly isMeant: boolean }) {
  const { name, state, doubted, emergency, runs, slots, pauseNote } = machine;
  const isSelf = Number(number) === shown.self.machine;
  return (
    <li
      class={`tile ${lookOf(emergency === undefined ? state : 'EMERGENCY').tone}${isMeant ? ' meant' : ''}`}
      data-machine={number}
    >
      <div class="head">
        <h2>
          <span class="number">{number}</span> <Said text={name} />
        </h2>
        {emergency !== undefined && state !== 'EMERGENCY' && <StateMark state="EMERGENCY" />}
        {doubted !== undefined && <Mark word="not believed" shape="alert" tone="warn" />}
        {!isSelf && <HeardMarks {...{ number, machine, shown, histories }} />}
        <StateMark state={state} />
      </div>
      {doubted !== undefined && (
        <p class="why">
          <Said text={`Not believed here: ${doubted}`} />
        </p>
      )}
      {emergency !== undefined && (
        <p class="why">
          <Said text={emergency} />
        </p>
      )}
      <p class="quietly">
        <Heard {...{ number, machine, shown, histories }} />
        {machine.pausedUntil !== undefined && (
          <>
            {' · paused, ends '}
            <Ago at={machine.pausedUntil} />
          </>
        )}
      </p>
      {pauseNote !== undefined && pauseNote !== '' && (
        <p class="why">
          <Said text={pauseNote} />
        </p>
      )}
      <Beats
        number={number}
        histories={histories}
        isOverdue={thereOf({ number, machine, shown, histories }).overdueMs !== null}
      />
      <Slots used={runs.length} slots={slots} />
      <Running runs={runs} shown={shown} />
      <Services machine={machine} />
      {machine.usage !== undefined && <Load number={number} histories={histories} usage={machine.usage} />}
      <p class="row links">
        <a href={addressOf('timeline', number)}>Timeline</a>
        {!isSelf && <a href={addressOf('chat', number)}>Chat</a>}
        <Version number={number} machine={machine} versions={versions} />
      </p>
      <Facts machine={machine} />
      {state !== 'LEFT' && <PauseAct number={Number(number)} isPaused={state === 'PAUSED'} isSelf={isSelf} runs={runs} />}
      <StopRuns runs={runs} shown={shown} />
    </li>
  );
}

function Slots({ used, slots }: { readonly used: number; readonly slots: number }) {
  const shown = Math.min(slots, 16);
  return (
    <p class="slots">
      <span class="bar" aria-hidden="true">
        {Array.from({ length: shown }, (_, at) => (
          <i key={at} class={at < used ? 'used' : ''} />
        ))}
      </span>
      {used} of {slots} {slots === 1 ? 'slot' : 'slots'} in use
    </p>
  );
}

function Running({ runs, shown }: { readonly runs: readonly string[]; readonly shown: Snapshot }) {
  if (runs.length === 0) return null;
  return (
    <ul class="running">
      {runs.map((id) => {
        const order = entryOf(shown.orders, id);
        const title = entryOf(shown.orders, roomThing('orders', id))?.title;
        return (
          <li key={id}>
            <a href={addressOf('orders', id)}>
              <Said text={title ?? id} />
            </a>
            {order?.startedAt !== undefined && (
              <span class="quietly">
                {' '}
                since <Ago at={order.startedAt} />
              </span>
            )}
            {order?.progress !== undefined && (
              <span class="quietly">
                {' · '}
                <Said text={order.progress.last} />
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
