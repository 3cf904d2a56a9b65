// Signs by a passkey: shows whole what is signed, and then asks the device. What is shown and what is signed are made by coord, in one answer.
import { useEffect, useState } from 'preact/hooks';
import { Fault, Said } from '../../parts/parts.tsx';
import { act } from '../../session.ts';
import { MakePasskey, NoPasskeys } from './make-passkey.tsx';
import { askTrust, passkeysHere, type Trust, tapped } from './passkey.ts';

export interface SignProps {
  readonly order: string;
  readonly scope: 'order' | 'approved' | 'resolved';
  /** Of `resolved`. */
  readonly ending?: object;
  readonly isBusy: boolean;
  done(path: string, body: object): Promise<void>;
}

/** `POST page/trust/prepare`. */
interface Prepared {
  readonly at: string;
  readonly challenge: string;
  readonly text: string;
  readonly unsigned: readonly string[];
}

export function Sign({ order, scope, ending = {}, isBusy, done }: SignProps) {
  const wish = { order, scope, ...ending };
  const [trust, setTrust] = useState<Trust | null>(null);
  const [prepared, setPrepared] = useState<Prepared | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const look = () => askTrust().then(setTrust);
  useEffect(() => {
    look();
    act<Prepared>('page/trust/prepare', wish).then(setPrepared, setTrouble);
  }, [order, scope, JSON.stringify(ending)]);
  const tap = async ({ at, challenge }: Prepared, asked: Trust) => {
    setTrouble(null);
    try {
      await done('page/trust/sign', { ...wish, at, seen: challenge, ...(await tapped(challenge, asked)) });
    } catch (error) {
      setTrouble(error);
    }
  };
  if (prepared === null || trust === null)
    return trouble === null ? <p>Asking what is to be signed.</p> : <Fault error={trouble} />;
  const isAble = passkeysHere() === 'yes' && trust.passkeys.length > 0;
  return (
    <div class="form sign">
      <p>This is what your signature covers, with what it names, and nothing else:</p>
      <pre>
        <Said text={prepared.text} />
      </pre>
      {prepared.unsigned.map((word) => (
        <p key={word} class="why">
          Not signed, and not signed by this: <Said text={word} />
        </p>
      ))}
      {isAble && (
        <button type="button" class="main" disabled={isBusy} onClick={() => tap(prepared, trust)}>
          Sign with a passkey
        </button>
      )}
      {!isAble && (passkeysHere() === 'yes' ? <MakePasskey trust={trust} again={look} /> : <NoPasskeys />)}
      {trouble !== null && <Fault error={trouble} />}
    </div>
  );
}
