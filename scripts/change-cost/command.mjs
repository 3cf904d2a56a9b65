// One more command: `coord greet`. A file of its own, and a line in the list.
export const name = 'command';
export const most = 1;
export const adds = {
  'src/cli/commands/look/greet-command.ts': `// \`coord greet\`: says hello, and does nothing.
import { EXIT } from '../../../errors.ts';
import type { CommandDescriptor } from '../../command.ts';
import { READS } from '../../exit-codes.ts';

export const greet: CommandDescriptor = {
  words: 'greet',
  summary: 'Say hello',
  exitCodes: READS,
  run: async (context) => {
    context.out(\`hello from \${context.fleet().root}\`);
    return EXIT.done;
  },
};
`,
};
export const edits = [
  {
    file: 'src/cli/commands.ts',
    find: "import type { CommandDescriptor, CommandGroup } from './command.ts';\n",
    replace:
      "import type { CommandDescriptor, CommandGroup } from './command.ts';\nimport { greet } from './commands/look/greet-command.ts';\n",
  },
  { file: 'src/cli/commands.ts', find: '  ...[timeline, stats],\n', replace: '  ...[timeline, stats],\n  greet,\n' },
];
export const check = ['test/cli/help.test.ts', 'test/cli/exit-codes.test.ts', 'test/cli/completion.test.ts'];
