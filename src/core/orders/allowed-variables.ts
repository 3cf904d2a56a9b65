// O10: which environment variables an order may set on a computer. What a run gets besides: system/policy/run-environment.ts. Pure.
import { SETTINGS_MOVERS } from '../model/orders/agent.ts';

/**
 * Variables that change which code a harmless command line runs. This is no wall, since a shell order may run anything: it makes slips visible.
 * An owner can allow each by name.
 */
const RISKY = new RegExp(
  `^(${[
    'HOME|PATH|SHELL|ENV|IFS|PS4|CDPATH|SHELLOPTS|BASHOPTS|BASH_(ENV|FUNC_.*)|PROMPT_COMMAND|ZDOTDIR|XDG_(CONFIG|DATA)_DIRS',
    'LD_.*|DYLD_.*|NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE)|BUN_.*|NPM_CONFIG_.*|OPENSSL_(CONF|MODULES|ENGINES)',
    'PYTHON(PATH|HOME|STARTUP|USERBASE|BREAKPOINT|INSPECT)|PERL5(OPT|LIB|DB)|RUBY(OPT|LIB)|(_JAVA|JDK_JAVA|JAVA_TOOL)_OPTIONS',
    'GOFLAGS|RUST(C|DOC)(_.*)?|RUSTFLAGS|CARGO_(HOME|BUILD_.*|TARGET_.*)|(SSH|SUDO)_ASKPASS.*|LESS(OPEN|CLOSE)|(GIT_|MAN)?PAGER|EDITOR|VISUAL',
    'GIT_.*|COORD_.*',
    ...SETTINGS_MOVERS,
  ].join('|')})$`,
  'i',
);

/** `isCommand` false: a program of the owner's runs, and no list knows all variables that it and its runtime obey. So each must be named. */
export function mayOrderSet(name: string, allowed: readonly string[], isCommand: boolean): boolean {
  const isHarmless = isCommand && !RISKY.test(name);
  return isHarmless || allowed.includes(name);
}
