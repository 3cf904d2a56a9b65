// The commands that show the fleet and look after its machines: words and options only.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addMachineCommands(program: Command, choose: (run: Run) => void): void {
  const add = (words: string, text: string) => program.command(words).description(text);

  add('status', 'Show the fleet as of the last sync; reads local files')
    .option('--json', 'as JSON: the shape of STATUS.json with self, sync and alerts')
    .option('--watch', 'keep showing what changes, until q or Ctrl-C; still only what the last sync left')
    .action((opts) => choose(async (context) => (await import('../commands/look/status.ts')).run(context, opts)));

  add('top', 'Show the fleet live on the whole terminal: what runs and waits, with keys to look closer and to act').action(() =>
    choose(async (context) => (await import('../commands/look/top.ts')).run(context)),
  );

  const machines = add('machines', 'List the machines of the fleet, also those that left')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/machines/machines.ts')).run(context, opts)));
  machines
    .command('remove <machine>')
    .description('Remove a machine that is gone for good; its results stay on the board')
    .action((machine: string) =>
      choose(async (context) => (await import('../commands/machines/machines-remove.ts')).run(context, machine)),
    );

  add('wake <machine>', 'Wake a sleeping machine, from here or through another one in its network; see coord allow wake')
    .option('--json', 'as JSON')
    .action((machine: string, opts) =>
      choose(async (context) => (await import('../../features/wake/commands/wake.ts')).run(context, machine, opts)),
    );

  add('rename <name>', 'Give this machine another name').action((name: string) =>
    choose(async (context) => (await import('../commands/machines/rename.ts')).run(context, name)),
  );

  for (const [verb, text] of [
    ['pause', 'Start and claim nothing new on this machine, on another one, or in the whole fleet; what runs goes on'],
    ['resume', 'End a pause: of this machine, or one in fleet.yaml of another machine or of the fleet'],
  ] as const) {
    const command = add(`${verb} [machine]`, text).option('--fleet', 'all machines');
    if (verb === 'pause')
      command.option('--for <duration>', 'such as 30m or 2h (default: until resumed)').option('--note <text>', 'why, for people');
    command.action((machine: string | undefined, opts) =>
      choose(async (context) => (await import('../commands/machines/pause.ts'))[verb](context, machine ?? null, opts)),
    );
  }
}
