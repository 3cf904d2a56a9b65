// coord trust: what this machine demands, and who may do what. Local files alone.
import type { Context } from '../../../cli/context.ts';
import type { Advice, Standing } from '../../../core/model/machines/trust-standing.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { standingOf } from '../operations/standing.ts';
import { readPin } from '../system/trust-pin.ts';

export async function show(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const world = await context.world();
  if (json) {
    const trust = readPin(world.home, folder.root);
    const demand = readPolicy(world.home, folder.root).trust;
    context.out(
      visibleJson(JSON.stringify({ isSigned: demand !== undefined, signers: demand?.signers ?? null, trust }, null, 2)),
    );
    return EXIT.done;
  }
  for (const line of linesOf(standingOf(world, folder))) context.out(visibleText(line));
  return EXIT.done;
}

function linesOf({ demand, distrust, people, machines, invited, oneRoot }: Standing): readonly string[] {
  return [
    adviceWords(demand),
    ...distrust.map((line) => `! ${line}`),
    ...people.flatMap(({ name, roles, only, keys }) => [
      `  ${name}  ${roles.join(', ')}${only}`,
      ...keys.map(
        ({ fingerprint, passkey }) =>
          `    ${fingerprint ?? 'a key that cannot be read'}${passkey === null ? '' : ` · a passkey of pages on ${passkey}`}`,
      ),
    ]),
    ...machines.flatMap(({ machine, fingerprint, isGuest, agents }) => {
      const came = isGuest ? ` · by an invitation; for good: coord trust admit ${machine}` : '';
      const line = `  machine ${machine}  ${fingerprint ?? ''}${came}`;
      return agents === null ? [line] : [line, `    ${agents.name}  order${agents.only}`];
    }),
    ...invited.map(({ name, expires }) => `  invited ${name} until ${expires}`),
    ...(oneRoot === null ? [] : [`! ${adviceWords(oneRoot)}`]),
  ];
}

function adviceWords({ words, command }: Advice): string {
  return command === null ? words : `${words}: ${command}`;
}
