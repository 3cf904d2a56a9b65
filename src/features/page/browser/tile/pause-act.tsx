// Pauses a machine from its tile, and ends its pause.
import { useState } from 'preact/hooks';
import { callOf } from '../../rules/acts.ts';
import { pauseAct } from '../../rules/palette.ts';
import { useAct } from '../acts/acts.tsx';
import { useWanted } from '../acts/wanted.ts';
import { Command } from '../parts/parts.tsx';
import { isReadOnly } from '../session.ts';

export function PauseAct({
  number,
  isPaused,
  isSelf,
  runs,
}: {
  readonly number: number;
  readonly isPaused: boolean;
  readonly isSelf: boolean;
  /** Ids of the orders that run there. */
  readonly runs: readonly string[];
}) {
  const doing = useAct();
  const [length, setLength] = useState('');
  const act = pauseAct(number, isPaused, isSelf ? number : 0);
  const plain = act.command;
  const [path, body] = callOf(act);
  const timed = !isPaused && length !== '' ? { for: length } : {};
  const command = timed.for === undefined ? plain : `${plain} --for ${timed.for}`;
  const run = () => doing.run(path, { ...body, ...timed });
  const place = useWanted([plain], run);
  return (
    <div class="acts" ref={place}>
      <ul>
        <li>
          {!isReadOnly.value && (
            <button type="button" data-act={plain} disabled={doing.isBusy} onClick={run}>
              {isPaused ? 'Resume' : 'Pause'}
            </button>
          )}
          {!isReadOnly.value && !isPaused && (
            <select
              aria-label={`How long machine ${number} pauses`}
              value={length}
              onChange={({ currentTarget }) => setLength(currentTarget.value)}
            >
              <option value="">until resumed</option>
              <option value="30m">for 30 min</option>
              <option value="2h">for 2 h</option>
              <option value="8h">for 8 h</option>
            </select>
          )}
          <Command text={command} />
        </li>
      </ul>
      {isPaused && <p class="quietly">{pausedWords(runs.length)}</p>}
      {doing.said}
    </div>
  );
}

/** P1. */
function pausedWords(running: number): string {
  if (running === 0) return 'It takes nothing new. Nothing runs there.';
  return `It takes nothing new, and finishes ${running === 1 ? 'the order that runs' : `the ${running} orders that run`}.`;
}
