// O10: what the owner of this computer allows to run here. The repo cannot change these rules. Pure. Folders are checked where the run is placed,
// because that needs the disk.
import { kindsOf, rulesOf } from '../../features/rules.ts';
import type { Self } from '../model/machines/self.ts';
import type { Order } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { because } from './reason-words.ts';

/** Why local policy keeps this order from running here, or null. */
export function policyRefusal(order: Order, self: Self): Because | null {
  const kinds = kindsOf(order);
  const kind = kinds.find((it) => !self.policy.allow.includes(it));
  if (kind !== undefined) return because.notAllowed(self.name, kind);
  const rules = rulesOf(order.work);
  const unfit = rules.refusal?.(order.work, order.check, self) ?? null;
  if (unfit !== null) return unfit;
  // No command of the order's runs, so nothing gets its variables.
  if (!kinds.includes('shell') && rules.variables === 'none') return null;
  const refused = Object.keys(order.env).filter((name) => !mayBeSet(name, self.policy.env, rules.variables === 'most'));
  return refused.length === 0 ? null : because.variableNotAllowed(refused, self.name);
}

/**
 * Variables that change which code a harmless command line runs. This is no wall, since a shell order may run anything: it makes slips visible.
 * An owner can allow each by name.
 */
const RISKY = new RegExp(
  `^(${[
    'HOME|PATH|SHELL|ENV|IFS|PS4|CDPATH|SHELLOPTS|BASHOPTS|BASH_(ENV|FUNC_.*)|PROMPT_COMMAND|ZDOTDIR|XDG_(CONFIG|DATA)_(HOME|DIRS)',
    'LD_.*|DYLD_.*|NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE)|BUN_.*|NPM_CONFIG_.*|OPENSSL_(CONF|MODULES|ENGINES)',
    'PYTHON(PATH|HOME|STARTUP|USERBASE|BREAKPOINT|INSPECT)|PERL5(OPT|LIB|DB)|RUBY(OPT|LIB)|(_JAVA|JDK_JAVA|JAVA_TOOL)_OPTIONS',
    'GOFLAGS|RUST(C|DOC)(_.*)?|RUSTFLAGS|CARGO_(HOME|BUILD_.*|TARGET_.*)|(SSH|SUDO)_ASKPASS.*|LESS(OPEN|CLOSE)|(GIT_|MAN)?PAGER|EDITOR|VISUAL',
    'GIT_.*|COORD_.*',
  ].join('|')})$`,
  'i',
);

/** `isCommand` false: a program of the owner's runs, and no list knows all variables that it and its runtime obey. So each must be named. */
function mayBeSet(name: string, allowed: readonly string[], isCommand: boolean): boolean {
  const isHarmless = isCommand && !RISKY.test(name);
  return isHarmless || allowed.includes(name);
}
