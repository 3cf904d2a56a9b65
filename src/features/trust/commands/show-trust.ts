// coord trust: what this machine demands, and who may do what. Local files alone.
import type { Context } from '../../../cli/context.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { readView } from '../../../operations/sync/view.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import type { Guest } from '../documents/invitation.ts';
import { onlyWords } from '../documents/narrowed.ts';
import { isPasskey, passkeyHost } from '../documents/passkey-line.ts';
import { rootsOf, type TrustBody } from '../documents/trust-document.ts';
import { guestsHere } from '../operations/invite.ts';
import { createChecks } from '../system/checks.ts';
import { readPin } from '../system/trust-pin.ts';

const checks = createChecks();

export async function show(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const { home } = await context.world();
  const trust = readPin(home, folder.root);
  const demand = readPolicy(home, folder.root).trust;
  if (json) {
    context.out(
      visibleJson(JSON.stringify({ isSigned: demand !== undefined, signers: demand?.signers ?? null, trust }, null, 2)),
    );
    return EXIT.done;
  }
  context.out(visibleText(demandWords(demand, trust)));
  for (const line of readView(folder)?.sync.distrust ?? []) context.out(visibleText(`! ${line}`));
  const guests = trust === null ? [] : guestsHere(await context.world(), folder);
  if (trust !== null) for (const line of trustLines(trust, guests)) context.out(visibleText(line));
  return EXIT.done;
}

function demandWords(demand: { readonly signers: readonly string[] | null } | undefined, trust: TrustBody | null): string {
  if (demand === undefined)
    return 'open: whoever can push can order what the policy of this machine allows; to demand signatures: coord trust on';
  if (trust === null) return 'signed, but this machine has accepted no trust yet, so nothing starts: coord trust on';
  const whose = demand.signers === null ? '' : `, of ${demand.signers.join(', ')} alone`;
  return `signed: orders start here only with a signature${whose} · version ${trust.version} of the trust`;
}

function trustLines({ people, machines, threshold, invited = {} }: TrustBody, guests: readonly Guest[]): readonly string[] {
  const lines = Object.entries(people).flatMap(([name, { keys, roles, only }]) => [
    `  ${name}  ${roles.join(', ')}${onlyWords(only)}`,
    ...keys.map((key) => `    ${checks.fingerprint(key) ?? 'a key that cannot be read'}${hostWords(key)}`),
  ]);
  const nag =
    rootsOf({ people }) > threshold
      ? []
      : ['! one lost root key ends this trust: coord trust add <name> <key> --role root,order,approve'];
  const admitted = Object.entries(machines).map(([number, { key }]) => `  machine ${number}  ${checks.fingerprint(key) ?? ''}`);
  const came = guests.map(
    ({ machine, key }) =>
      `  machine ${machine}  ${checks.fingerprint(key) ?? ''} · by an invitation; for good: coord trust admit ${machine}`,
  );
  const open = Object.entries(invited).map(([name, { expires }]) => `  invited ${name} until ${expires}`);
  return [...lines, ...admitted, ...came, ...open, ...nag];
}

function hostWords(key: string): string {
  return isPasskey(key) ? ` · a passkey of pages on ${passkeyHost(key)}` : '';
}
