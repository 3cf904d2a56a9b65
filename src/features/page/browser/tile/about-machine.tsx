// What a machine has and is: its local services, and what else it says of itself.
import type { StatusMachine } from '../../rules/snapshot.ts';
import { Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';

export function Services({ machine: { programs = {} } }: { readonly machine: StatusMachine }) {
  const all = Object.entries(programs);
  if (all.length === 0) return null;
  return (
    <ul class="services" aria-label="Local services">
      {all.map(([name, { state, detail }]) => (
        <li key={name}>
          <StateMark state={state} /> <Said text={name} />
          {detail !== undefined && (
            <span class="quietly">
              {' · '}
              <Said text={detail} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Facts({ machine: { version, heartbeat, tags, tools, allows } }: { readonly machine: StatusMachine }) {
  const facts: (readonly [string, string])[] = [
    ['tags', tags.join(', ')],
    ['tools', tools.join(', ')],
    ['allows', allows.join(', ') || 'nothing'],
    ['heartbeat', heartbeat],
    ['version', version],
  ];
  return (
    <details>
      <summary>More</summary>
      <dl class="facts">
        {facts
          .filter(([, text]) => text !== '')
          .map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Said text={text} />
              </dd>
            </div>
          ))}
      </dl>
    </details>
  );
}
