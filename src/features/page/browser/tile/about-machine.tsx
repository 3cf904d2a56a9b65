// What a machine has and is: its local services, and what else it says of itself.
import { paceWords } from '../../rules/age-words.ts';
import type { StatusMachine } from '../../rules/snapshot.ts';
import type { Versions } from '../../rules/versions.ts';
import { Command, Said } from '../parts/parts.tsx';
import { StateMark } from '../parts/states.tsx';

interface VersionProps {
  readonly number: string;
  readonly machine: StatusMachine;
  readonly versions: Versions;
}

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

/** Which coord it has; of an older one than others have, what brings the newest. */
export function Version({ number, machine: { version }, versions: { newest, behind } }: VersionProps) {
  const isOld = behind.has(number);
  if (version === '' && !isOld) return null;
  return (
    <span class="quietly version">
      <Said text={version === '' ? 'its version of coord is not known' : `coord ${version}`} />
      {isOld && (
        <>
          {version !== '' && <Said text={`, older than ${newest ?? ''}`} />} <Command text="coord update" />
        </>
      )}
    </span>
  );
}

export function Facts({ machine: { heartbeat, tags, tools, allows } }: { readonly machine: StatusMachine }) {
  const facts: (readonly [string, string])[] = [
    ['tags', tags.join(', ')],
    ['tools', tools.join(', ')],
    ['allows', allows.join(', ') || 'nothing'],
    ['heartbeat', `every ${paceWords(heartbeat)}`],
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
