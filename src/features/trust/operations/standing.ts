// How a machine stands on trust: what it demands, who may do what, and what nobody signed. The command and the page show the same.
import { shellWord } from '../../../core/base/shell-word.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import type { Advice, Standing, Unsigned } from '../../../core/model/machines/trust-standing.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readView, type View } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { onlyWords } from '../documents/narrowed.ts';
import { agentsName } from '../documents/orderer.ts';
import { isPasskey, passkeyHost } from '../documents/passkey-line.ts';
import { rootsOf, type TrustBody } from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { readPin } from '../system/trust-pin.ts';
import { checkedOrders, type UnsignedWord, withSigning } from './check-signatures.ts';
import { guestsHere } from './invite.ts';

const checks = createChecks();
type Demand = { readonly signers: readonly string[] | null } | undefined;

/** Of local files alone. */
export function standingOf(world: World, folder: FleetFolder): Standing {
  const trust = readPin(world.home, folder.root);
  const demanded: Demand = readPolicy(world.home, folder.root).trust;
  const guests = trust === null ? [] : guestsHere(world, folder);
  const { people = {}, machines = {}, invited = {} } = trust ?? {};
  const fingerprintOf = (key: string) => checks.fingerprint(key);
  const admitted = Object.entries(machines).map(([machine, { key, agents: may }]) => {
    const agents = may === undefined ? null : { name: agentsName(machine), only: onlyWords(may) };
    return { machine, key, isGuest: false, agents };
  });
  const came = guests.map(({ machine, key }) => ({ machine: String(machine), key, isGuest: true, agents: null }));
  return {
    isSigned: demanded !== undefined,
    demand: demandOf(demanded, trust),
    distrust: distrustIn(readView(folder)),
    people: Object.entries(people).map(([name, { keys, roles, only }]) => {
      const known = keys.map((key) => ({ fingerprint: fingerprintOf(key), passkey: isPasskey(key) ? passkeyHost(key) : null }));
      return { name, roles, only: onlyWords(only), keys: known };
    }),
    machines: [...admitted, ...came].map(({ key, ...it }) => ({ ...it, fingerprint: fingerprintOf(key) })),
    invited: Object.entries(invited).map(([name, { expires }]) => ({ name, expires })),
    oneRoot:
      trust === null || rootsOf(trust) > trust.threshold
        ? null
        : { words: 'one lost root key ends this trust', command: 'coord trust add <name> <key> --role root,order,approve' },
  };
}

function distrustIn(view: View | null): readonly string[] {
  const doubts = Object.entries(view?.machines ?? {}).flatMap(([number, { name, doubted }]) =>
    doubted === undefined ? [] : [`what ${numberedName(number, name)} says is not believed here: ${doubted}`],
  );
  return [...(view?.sync.distrust ?? []), ...doubts];
}

function demandOf(demand: Demand, trust: TrustBody | null): Advice {
  const command = 'coord trust on';
  if (demand === undefined) {
    const words = 'open: whoever can push can order what the policy of this machine allows; to demand signatures';
    return { words, command };
  }
  if (trust === null) return { words: 'signed, but this machine has accepted no trust yet, so nothing starts', command };
  const whose = demand.signers === null ? '' : `, of ${demand.signers.join(', ')} alone`;
  const words = `signed: orders start here only with a signature${whose} · version ${trust.version} of the trust`;
  return { words, command: null };
}

/** What waits here for a signature as the last sync showed it, and words that nobody signed. Throws REFUSED without an accepted trust. */
export function unsignedOf(world: World, folder: FleetFolder): Promise<Unsigned> {
  return withSigning(world, folder, false, async (signing) => ({
    refused: signing.refused,
    orders: checkedOrders(signing).flatMap(({ id, why, unsignedWords }) =>
      why === null ? unsignedWords.map(wordOf) : [{ order: id, why, command: `coord sign ${shellWord(id)}` }],
    ),
  }));
}

function wordOf({ order, word }: UnsignedWord): Unsigned['orders'][number] {
  const command = word === 'approved' ? `coord approve ${shellWord(order)}` : `coord order resolve ${shellWord(order)}`;
  return { order, why: `${word}, but without a signature that counts`, command };
}
