// Makes a passkey for this page, and shows the command by which a root person admits it. Until then it signs nothing.
import { useEffect, useState } from 'preact/hooks';
import { shellWord } from '../../../../../core/base/shell-word.ts';
import { visibleText } from '../../../../../documents/text/escape-text.ts';
import { Command, Fault } from '../../parts/parts.tsx';
import { act, device } from '../../session.ts';
import { askTrust, localAddress, makePasskey, passkeysHere, type Trust } from './passkey.ts';

interface Made {
  readonly line: string;
  readonly fingerprint: string;
  readonly words: string;
}

interface MakeProps {
  readonly trust: Trust;
  /** Asks anew which passkeys are trusted. */
  again(): unknown;
}

export function MakePasskey({ trust, again }: MakeProps) {
  const [name, setName] = useState(trust.people[0] ?? '');
  const [made, setMade] = useState<Made | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const make = async (event: Event) => {
    event.preventDefault();
    setTrouble(null);
    try {
      const line = await makePasskey(name, trust);
      setMade({ line, ...(await act<Omit<Made, 'line'>>('page/trust/passkey', { key: line })) });
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <form class="form" onSubmit={make}>
      <p>
        The fleet trusts {trust.passkeys.length === 0 ? 'no passkey' : `${trust.passkeys.length} of the passkeys`} of this page.
      </p>
      <label>
        Who you are in the trust of this fleet
        <input value={name} maxLength={64} list="trusted" onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <datalist id="trusted">
        {trust.people.map((person) => (
          <option key={person} value={person} />
        ))}
      </datalist>
      <button type="submit" disabled={name.trim() === '' || made !== null}>
        Make a passkey
      </button>
      {made !== null && (
        <>
          <p role="status">It signs nothing yet. Somebody who is root types this where their key is:</p>
          <Command text={`coord trust add ${shellWord(name.trim())} ${shellWord(made.line)} --role order,approve`} />
          <p class="quietly">
            Its fingerprint: {visibleText(made.fingerprint)}, in words {visibleText(made.words)}
          </p>
          <button type="button" onClick={again}>
            It is trusted now
          </button>
        </>
      )}
      {trouble !== null && <Fault error={trouble} />}
    </form>
  );
}

/** Why this page can ask no passkey, and where one can. */
export function NoPasskeys() {
  const [address, setAddress] = useState('');
  if (passkeysHere() === 'none') return <p class="why">This browser has no passkeys: type the command instead.</p>;
  if (device.value !== '') return <p class="why">Browsers ask passkeys on a page with a name: open this page by its name.</p>;
  return (
    <>
      <p class="why">Browsers ask passkeys on a page with a name, and this one has an address.</p>
      {address === '' ? (
        <button type="button" onClick={() => localAddress().then(setAddress, () => undefined)}>
          Show its address at localhost
        </button>
      ) : (
        <>
          <p role="status">Put this into the address line. It lets this browser in, once, within a minute:</p>
          <Command text={address} />
        </>
      )}
    </>
  );
}

/** Among the settings of this browser. Nothing where nothing is signed. */
export function OwnPasskey() {
  const [trust, setTrust] = useState<Trust | null>(null);
  const look = () => askTrust().then(setTrust);
  useEffect(() => {
    look();
  }, []);
  if (trust === null || trust.version === null) return null;
  return passkeysHere() === 'yes' ? <MakePasskey trust={trust} again={look} /> : <NoPasskeys />;
}
