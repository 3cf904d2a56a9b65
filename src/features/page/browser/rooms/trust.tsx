// Who may what in the fleet, as this machine believes it, and what nobody has signed.
import type { Advice, Standing, TrustAnswer } from '../../../../core/model/machines/trust-standing.ts';
import { entryOf, type Snapshot } from '../../rules/snapshot.ts';
import { useAsked } from '../acts/asked.ts';
import { Ago, Command, Fault, Notice, Part, Said, Table } from '../parts/parts.tsx';
import { addressOf } from '../route.ts';

/** Every signature is checked for it. */
const ASK_MS = 60_000;
const SHOWN_MAX = 50;

export function Trust({ shown }: { readonly shown: Snapshot }) {
  const { answer, trouble } = useAsked<TrustAnswer>('page/trust/standing', ASK_MS);
  if (answer === null) return trouble === null ? null : <Fault error={trouble} />;
  const { isSigned, demand, distrust, oneRoot, unsigned } = answer;
  const warnings = [...(isSigned && demand.command !== null ? [demand] : []), ...distrust.map(plain), ...listed(oneRoot)];
  return (
    <Part title="Trust">
      <div class="trust">
        {!(isSigned && demand.command !== null) && (
          <p class="quietly">
            <Advised advice={demand} />
          </p>
        )}
        {warnings.map((advice) => (
          <Notice key={advice.words} tone="warn">
            <Advised advice={advice} />
          </Notice>
        ))}
        <Who standing={answer} shown={shown} />
        {unsigned !== null && <Unsigned unsigned={unsigned} />}
      </div>
    </Part>
  );
}

function plain(words: string): Advice {
  return { words, command: null };
}

function listed(advice: Advice | null): readonly Advice[] {
  return advice === null ? [] : [advice];
}

function Advised({ advice: { words, command } }: { readonly advice: Advice }) {
  return (
    <>
      <Said text={words} />
      {command !== null && (
        <>
          {': '}
          <Command text={command} />
        </>
      )}
    </>
  );
}

function Who({ standing: { people, machines, invited }, shown }: { readonly standing: Standing; readonly shown: Snapshot }) {
  if (people.length + machines.length + invited.length === 0) return null;
  return (
    <Table heads={['Who', 'May', 'By the key']}>
      {people.map(({ name, roles, only, keys }) => (
        <tr key={`person ${name}`}>
          <td>
            <Said text={name} />
          </td>
          <td>
            <Said text={`${roles.join(', ')}${only}`} />
          </td>
          <td class="long">
            {keys.map(({ fingerprint, passkey }) => (
              <Key
                key={fingerprint}
                fingerprint={fingerprint}
                more={passkey === null ? '' : `a passkey of pages on ${passkey}`}
              />
            ))}
          </td>
        </tr>
      ))}
      {machines.map(({ machine, fingerprint, isGuest, agents }) => (
        <tr key={`machine ${machine}`}>
          <td>
            <a href={addressOf('fleet', machine)}>
              {machine} <Said text={entryOf(shown.machines, machine)?.name ?? ''} />
            </a>
          </td>
          <td>
            be believed in what it says
            {agents !== null && <Said text={`; its AI agents as ${agents.name}: order${agents.only}`} />}
            {isGuest && (
              <>
                , by an invitation; for good: <Command text={`coord trust admit ${machine}`} />
              </>
            )}
          </td>
          <td class="long">
            <Key fingerprint={fingerprint} more="" />
          </td>
        </tr>
      ))}
      {invited.map(({ name, expires }) => (
        <tr key={`invited ${name}`}>
          <td>
            <Said text={name} />
          </td>
          <td>
            join once; the invitation ends <Ago at={expires} />
          </td>
          <td class="long">the line that was made for it</td>
        </tr>
      ))}
    </Table>
  );
}

function Key({ fingerprint, more }: { readonly fingerprint: string | null; readonly more: string }) {
  return (
    <p>
      {fingerprint === null ? 'a key that cannot be read' : <code>{fingerprint}</code>}
      {more !== '' && <Said text={` · ${more}`} />}
    </p>
  );
}

function Unsigned({ unsigned: { orders, refused } }: { readonly unsigned: NonNullable<TrustAnswer['unsigned']> }) {
  return (
    <>
      {refused !== null && (
        <Notice tone="warn">
          <Said text={refused} />
        </Notice>
      )}
      {orders.length === 0 && refused === null && <p class="quietly">Nothing waits here for a signature.</p>}
      {orders.length > 0 && (
        <ul class="cards unsigned" aria-label="What nobody has signed">
          {orders.slice(0, SHOWN_MAX).map(({ order, why, command }) => (
            <li key={`${order} ${command}`}>
              <a href={addressOf('orders', order)}>
                <Said text={order} />
              </a>{' '}
              <Said text={why} /> <Command text={command} />
            </li>
          ))}
        </ul>
      )}
      {orders.length > SHOWN_MAX && (
        <p class="row">
          <span class="quietly">{orders.length - SHOWN_MAX} more wait.</span>
          <Command text="coord verify" />
        </p>
      )}
    </>
  );
}
