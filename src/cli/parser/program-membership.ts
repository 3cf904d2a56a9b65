// The commands that make this computer a machine of a fleet, end that, and say what runs on it: words and options only.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { listOf, wholeNumber } from '../input/option-values.ts';

export function addMembershipCommands(program: Command, choose: (run: Run) => void): void {
  const add = (words: string, text: string) => program.command(words).description(text);

  for (const [verb, text] of [
    ['init', 'Set up a fleet in a repo, with this computer as its first machine; joins if the repo has a fleet'],
    ['join', 'Add this computer to a fleet'],
  ] as const) {
    const command = add(`${verb} ${verb === 'init' ? '[url]' : '<url>'} [folder]`, text)
      .option('--name <name>', 'what people call this machine (default: the host name)')
      .addOption(new Option('--tags <tags>', 'what this machine is good for: gpu,linux (default: none)').argParser(listOf))
      .option('--slots <count>', 'runs at once (default: 1)', wholeNumber(1, 1000))
      .option('--again', 'add it once more, although this computer is in this fleet already')
      .option('--json', 'the result as JSON')
      .action((url: string | undefined, folder: string | undefined, opts) =>
        choose(async (context) =>
          (await import('../commands/machines/join.ts')).run(context, verb, url ?? null, folder ?? null, opts),
        ),
      );
    if (verb === 'join')
      command.option('--as <number>', 'be this machine again in a new folder: takes over its results', wholeNumber(1, 9999));
  }

  add('leave', 'Leave the fleet: start nothing new, wait for runs to end, and report them')
    .option('--stop', 'stop what runs here instead of waiting for it')
    .option('--purge', 'then remove what coord keeps in and about this folder')
    .action((opts) => choose(async (context) => (await import('../commands/machines/leave.ts')).run(context, opts)));

  add('adopt', 'Keep this folder as the machine when another folder writes as it: takes over what that one wrote').action(() =>
    choose(async (context) => (await import('../commands/machines/adopt.ts')).run(context)),
  );

  for (const [verb, text] of [
    [
      'allow',
      'Allow orders something on this computer: shell, call, agent, folder <path>, repo <address>, env <name>, tool <agent: tool>, wake; or AI agents: mcp send, mcp orders; without arguments, show what is allowed',
    ],
    ['deny', 'Take back what was allowed'],
  ] as const) {
    add(`${verb} ${verb === 'allow' ? '[what] [value]' : '<what> [value]'}`, text).action(
      (what: string | undefined, value: string | undefined) =>
        choose(async (context) =>
          (await import('../commands/machines/policy.ts')).run(context, verb, what ?? null, value ?? null),
        ),
    );
  }
}
