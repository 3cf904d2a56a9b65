// One more command: `coord greet`.
export const name = 'command';
export const most = 2;
export const adds = {
  'src/cli/parser/program-greet.ts': `// \`coord greet\`: says hello, and does nothing.
import type { Command } from 'commander';
import { EXIT } from '../../errors.ts';
import type { Run } from '../context.ts';

export function addGreetCommand(program: Command, choose: (run: Run) => void): void {
  program
    .command('greet')
    .description('Say hello')
    .action(() =>
      choose(async (context) => {
        context.out(\`hello from \${context.fleet().root}\`);
        return EXIT.done;
      }),
    );
}
`,
};
export const edits = [
  {
    file: 'src/cli/parser/program.ts',
    find: "import { addHandOffCommands } from './program-handoff.ts';\n",
    replace:
      "import { addGreetCommand } from './program-greet.ts';\nimport { addHandOffCommands } from './program-handoff.ts';\n",
  },
  {
    file: 'src/cli/parser/program.ts',
    find: '  addLookCommands(program, choose);\n',
    replace: '  addLookCommands(program, choose);\n  addGreetCommand(program, choose);\n',
  },
  {
    file: 'src/cli/exit-codes.ts',
    find: '  completion: [DONE, USAGE],\n',
    replace: '  completion: [DONE, USAGE],\n  greet: READS,\n',
  },
];
export const check = ['test/cli/help.test.ts', 'test/cli/exit-codes.test.ts'];
