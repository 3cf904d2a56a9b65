// A state as a shape, a word and a colour: none of them carries it alone.
import type { ServiceState } from '../../../../core/model/machines/local-service.ts';
import type { OrderState } from '../../../../core/model/orders/run.ts';
import type { StatusMachine } from '../../rules/snapshot.ts';

type State = OrderState | StatusMachine['state'] | ServiceState;
type Tone = 'good' | 'busy' | 'calm' | 'warn' | 'bad' | 'off';
type Shape = 'ring' | 'dot' | 'play' | 'tick' | 'cross' | 'alert' | 'pause' | 'dash';

const LOOKS: Readonly<Record<State, readonly [word: string, shape: Shape, tone: Tone]>> = {
  QUEUED: ['queued', 'ring', 'calm'],
  ASSIGNED: ['assigned', 'dot', 'calm'],
  IN_PROGRESS: ['in progress', 'play', 'busy'],
  COMPLETED: ['completed', 'tick', 'good'],
  FAILED: ['failed', 'cross', 'bad'],
  BLOCKED: ['blocked', 'alert', 'warn'],
  CANCELLED: ['cancelled', 'dash', 'off'],
  IDLE: ['idle', 'tick', 'good'],
  WORKING: ['working', 'play', 'busy'],
  ACTIVE: ['active', 'dot', 'good'],
  PAUSED: ['paused', 'pause', 'warn'],
  EMERGENCY: ['emergency', 'alert', 'bad'],
  LEFT: ['left', 'dash', 'off'],
  OFFLINE: ['offline', 'cross', 'bad'],
  STARTING: ['starting', 'ring', 'calm'],
  ONLINE: ['online', 'tick', 'good'],
  BUSY: ['busy', 'play', 'busy'],
  DEGRADED: ['degraded', 'alert', 'warn'],
  CRASHED: ['crashed', 'cross', 'bad'],
};

/** Of a newer version. */
const UNKNOWN = (state: string) => [state.toLowerCase(), 'ring', 'calm'] as const;

const PATHS: Readonly<Record<Shape, string>> = {
  ring: 'M8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 1 0 0-9.6',
  dot: 'M8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 1 0 0-9.6M8 6.4a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2',
  play: 'M5.2 3.4 12.4 8l-7.2 4.6z',
  tick: 'M3.4 8.4 6.6 11.6 12.8 4.8',
  cross: 'M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6',
  alert: 'M8 2.8 14 13H2zM8 6.6v3M8 11.2v.2',
  pause: 'M5.4 3.6v8.8M10.6 3.6v8.8',
  dash: 'M3.6 8h8.8',
};

export function StateMark({ state }: { readonly state: State }) {
  const [word, shape, tone] = LOOKS[state] ?? UNKNOWN(state);
  return <Mark name={state} word={word} shape={shape} tone={tone} />;
}

interface MarkProps {
  readonly word: string;
  readonly shape: Shape;
  readonly tone: Tone;
  readonly name?: string;
}

/** Of what is no state of a machine, an order or a local service. */
export function Mark({ word, shape, tone, name = word }: MarkProps) {
  return (
    <span class={`state ${tone}`} data-state={name}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={PATHS[shape]} />
      </svg>
      {word}
    </span>
  );
}

/** For a picture: the outline of its shape fits 16 by 16. */
export function lookOf(state: State): { readonly word: string; readonly path: string; readonly tone: Tone } {
  const [word, shape, tone] = LOOKS[state] ?? UNKNOWN(state);
  return { word, path: PATHS[shape], tone };
}
