// What `coord doctor` finds here, asked by a button.
import { useState } from 'preact/hooks';
import { type Check, partedChecks } from '../rules/health.ts';
import { Command, Fault, Notice, Part, Said, Table } from './parts/parts.tsx';
import { Mark } from './parts/states.tsx';
import { act, isReadOnly } from './session.ts';

export function Doctor() {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    setTrouble(null);
    await act<readonly Check[]>('page/doctor').then(setChecks, setTrouble);
    setBusy(false);
  };
  return (
    <Part title="Doctor">
      <p class="row tools">
        {!isReadOnly.value && (
          <button type="button" disabled={isBusy} onClick={ask}>
            {isBusy ? 'Looking' : 'Examine this machine'}
          </button>
        )}
        <Command text="coord doctor" />
        <span class="quietly">It looks at the folder, the clone and the remote, and tries a push.</span>
      </p>
      {trouble !== null && <Fault error={trouble} />}
      {checks !== null && <Checks checks={checks} />}
    </Part>
  );
}

const MARKS = {
  ok: ['ok', 'tick', 'good'],
  warning: ['warning', 'alert', 'warn'],
  problem: ['problem', 'cross', 'bad'],
  skipped: ['not asked', 'dash', 'off'],
} as const;

/** What is well is counted, and listed for whoever wants to see it. */
function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { wrong, well } = partedChecks(checks);
  return (
    <div class="cards" data-doctor>
      {wrong.length === 0 ? <Notice tone="good">Nothing is wrong here.</Notice> : <CheckList checks={wrong} />}
      <details>
        <summary>{well.length} checks found nothing wrong</summary>
        <CheckList checks={well} />
      </details>
    </div>
  );
}

function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <Table heads={['Finding', 'What', 'What was seen']}>
      {checks.map(({ id, title, state, found, fix }) => {
        const [word, shape, tone] = MARKS[state];
        return (
          <tr key={id}>
            <td>
              <Mark word={word} shape={shape} tone={tone} />
            </td>
            <td>{title}</td>
            <td class="long">
              <Said text={found} />
              {fix !== null && (
                <code class="sub">
                  <Said text={fix} />
                </code>
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
