// The generated completion scripts, run by the shells themselves: bash everywhere, zsh and fish where they are installed.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildParser } from '../../src/cli/parser.ts';
import { VIEW_FORM } from '../../src/operations/sync/view.ts';
import { createFleet, endFleets, mainPath, type TestMachine } from '../e2e/fleet.ts';
import { hasProgram } from '../programs.ts';
import { places } from './manual.ts';

let pc: TestMachine;
let bin: string;
let scripts: string;

beforeAll(async () => {
  const fleet = createFleet();
  const [, second] = await fleet.joined('mac', 'pc');
  if (second === undefined) throw new Error('no machine');
  pc = second;
  fleet.person().order([
    { id: 'build', assign: 9, run: 'true' },
    { id: 'build-docs', assign: 9, run: 'true' },
    { id: 'test', assign: 9, run: 'true' },
  ]);
  const templates = 'templates: { feature: { steps: [{ run: x }] }, fix: { steps: [{ run: x }] } }';
  fleet.person().push({ 'coordination/fleet.yaml': templates });
  await pc.ok('sync');
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), 'instances: { builder: { command: x }, memory: { command: x } }');
  bin = join(fleet.root, 'bin');
  scripts = join(fleet.root, 'scripts');
  for (const folder of [bin, scripts, join(pc.folder, 'a folder')]) mkdirSync(folder);
  writeFileSync(join(bin, 'coord'), `#!/bin/sh\nexec '${process.execPath}' '${mainPath}' "$@"\n`);
  chmodSync(join(bin, 'coord'), 0o755);
  for (const shell of ['bash', 'zsh', 'fish']) writeFileSync(join(scripts, shell), await pc.ok('completion', shell));
});

afterAll(endFleets);

/** What a shell prints, one offer a line. */
function offers(shell: string, args: readonly string[], cwd = pc.folder): string[] {
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: pc.home, COORD_HOME: pc.coordHome, LC_ALL: 'C.UTF-8', TERM: 'dumb' };
  const text = execFileSync(shell, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return text.split('\n').filter((line) => line !== '');
}

const CASES: readonly [line: readonly string[], offered: readonly string[]][] = [
  [['coord', 'ord'], ['order']],
  [['coord', 'order', 'sh'], ['show']],
  [
    ['coord', 'order', 'show', 'bu'],
    ['build', 'build-docs'],
  ],
  [
    ['coord', 'cancel', ''],
    ['build', 'build-docs', 'test'],
  ],
  [
    ['coord', 'order', 'add', 'a', '--use', 'f'],
    ['feature', 'fix'],
  ],
  [
    ['coord', 'run', ''],
    ['mac', 'pc'],
  ],
  [['coord', 'order', 'add', 'x', '--for', 'p'], ['pc']],
  [
    ['coord', 'instance', 'stop', ''],
    ['builder', 'memory'],
  ],
  [['coord', 'instance', 'logs', 'm'], ['memory']],
  [['coord', 'timeline', '--machine', 'p'], ['pc']],
  [['coord', 'timeline', '--limit', '5', '--order', 'build-'], ['build-docs']],
  [
    ['coord', 'order', 'add', 'x', '--priority', ''],
    ['low', 'normal', 'high', 'urgent'],
  ],
  [['coord', 'order', 'add', 'x', '--title', 'order', '--pri'], ['--priority']],
  [['coord', 'sync', '--w'], ['--wait']],
  [['coord', 'use', ''], ['fleet']],
  [['coord', '--fleet', ''], ['fleet']],
  [['coord', '--fleet', 'fleet', 'logs', 'te'], ['test']],
  [
    ['coord', 'help', 'ord'],
    ['orders', 'order'],
  ],
  [
    ['coord', 'completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['coord', 'order', 'add', ''], []],
  [['coord', 'wait', 'build', ''], []],
];

describe('bash', () => {
  const complete = (words: readonly string[], cwd?: string) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `source '${join(scripts, 'bash')}'; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _coord; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return offers('bash', ['--norc', '-c', script], cwd);
  };

  test('the script names its function for both programs, and eval takes it as printed', () => {
    const script = 'eval "$(coord completion bash)"; complete -p coord git-coord';
    expect(offers('bash', ['--norc', '-c', script])).toEqual(['complete -F _coord coord', 'complete -F _coord git-coord']);
  });

  test.each(CASES)('%j', (line, offered) => {
    expect(complete(line)).toEqual(offered);
  });

  test('--for=pc, which bash cuts into three words', () => {
    expect(complete(['coord', 'order', 'add', 'x', '--for', '=', 'p'])).toEqual(['pc']);
    expect(complete(['coord', 'order', 'add', 'x', '--for', '='])).toEqual(['mac', 'pc']);
    expect(complete(['coord', 'order', 'add', 'x', '--for', '=', 'pc', '--timeo'])).toEqual(['--timeout']);
  });

  test('names come from the fleet of --dir or --fleet; where there is none there are none, and no noise', () => {
    expect(complete(['coord', '--dir', pc.folder, 'run', ''], '/')).toEqual(['mac', 'pc']);
    expect(complete(['coord', '--fleet', 'fleet', 'run', ''], '/')).toEqual(['mac', 'pc']);
    expect(complete(['coord', '--fleet', 'nobody', 'run', ''], '/')).toEqual([]);
    expect(complete(['coord', '--dir', '/', 'run', ''], '/')).toEqual([]);
  });

  test('files behind --, folders where one is expected; a name with a blank is one offer', () => {
    expect(complete(['coord', 'run', 'pc', '--', 'coord'])).toEqual(['coordination']);
    expect(complete(['coord', 'allow', 'folder', 'a'])).toEqual(['a folder']);
  });

  test('every subcommand and every option of every command is offered', () => {
    for (const { words, command } of places()) {
      const line = ['coord', ...words.split(' ').filter(Boolean)];
      const options = command.options.map((option) => option.long ?? '');
      expect(complete([...line, '--']), words).toEqual(expect.arrayContaining([...options, '--help', '--dir']));
      if (command.commands.length === 0) continue;
      expect(complete([...line, '']), words).toEqual(
        expect.arrayContaining(
          command
            .createHelp()
            .visibleCommands(command)
            .map((sub) => sub.name()),
        ),
      );
    }
  });
});

test('what the view holds is never run: a name that is more than a word is not offered', async () => {
  const names = ['ok-1', '$(touch here)', 'a b', "it's", '`id`', '-x', ''];
  const view = {
    form: VIEW_FORM,
    orders: Object.fromEntries(names.map((name) => [name, {}])),
    machines: { 1: { name: 'pc; id' }, 2: { name: 'pc' } },
  };
  const folder = join(pc.home, 'hostile', '.coord');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'fleet.json'), '{}');
  writeFileSync(join(folder, 'view.json'), JSON.stringify(view));
  const at = join(pc.home, 'hostile');
  expect((await pc.coord(['--dir', at, '__complete', 'orders'])).stdout).toBe('ok-1\n');
  expect((await pc.coord(['--dir', at, '__complete', 'machines'])).stdout).toBe('pc\n');
  writeFileSync(join(folder, 'view.json'), '{');
  expect(await pc.coord(['--dir', at, '__complete', 'orders'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test('a shell that is not known', async () => {
  expect(await pc.coord(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '' });
});

// Without zsh there is nothing to run the script with.
describe.skipIf(!hasProgram('zsh'))('zsh', () => {
  /** The functions of zsh's completion that the script calls print what they are given. */
  const STAND_INS = `compdef() { print -r -- "compdef $*"; }
_describe() { print -rl -- "\${(@)choices%%:*}"; }
_files() { print -r -- "files $*"; }
compset() { words[CURRENT]="\${words[CURRENT]#*=}"; }`;
  const complete = (words: readonly string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `${STAND_INS}\nsource '${join(scripts, 'zsh')}' >/dev/null; words=(${quoted}); CURRENT=${words.length}; _coord; true`;
    return offers('zsh', ['-f', '-c', script]);
  };

  test('the script registers its function, also under compinit', () => {
    expect(offers('zsh', ['-f', '-c', `${STAND_INS}\neval "$(coord completion zsh)"`])).toEqual([
      'compdef _coord coord git-coord',
    ]);
    const real = 'autoload -Uz compinit && compinit -D -u; eval "$(coord completion zsh)"; print -r -- $_comps[coord]';
    expect(offers('zsh', ['-f', '-c', real])).toEqual(['_coord']);
  });

  test.each(CASES)('%j', (line, offered) => {
    const [word = ''] = line.slice(-1);
    // The real _describe leaves out what does not begin like the word.
    expect(complete(line).filter((offer) => offer.startsWith(word))).toEqual(offered);
  });

  test('--for=pc, files behind --, folders', () => {
    expect(complete(['coord', 'order', 'add', 'x', '--for=p'])).toEqual(['mac', 'pc']);
    expect(complete(['coord', 'run', 'pc', '--', 'x'])).toEqual(['files ']);
    expect(complete(['coord', '--dir', 'x'])).toEqual(['files -/']);
  });
});

// Without fish there is nothing to run the script with.
describe.skipIf(!hasProgram('fish'))('fish', () => {
  const complete = (words: readonly string[]) => {
    const line = words.join(' ');
    return offers('fish', ['--no-config', '-c', `source '${join(scripts, 'fish')}'; complete -C '${line}'`]).map(
      (offer) => offer.split('\t')[0] ?? '',
    );
  };

  test.each(CASES)('%j', (line, offered) => {
    expect(complete(line).sort()).toEqual([...offered].sort());
  });

  test('files behind --, folders where one is expected', () => {
    expect(complete(['coord', 'run', 'pc', '--', 'coord'])).toEqual(['coordination/']);
    expect(complete(['coord', '--dir', 'coord'])).toEqual(['coordination/']);
  });
});

test('the scripts are made from the program, whatever commands it has', async () => {
  const { bashScript } = await import('../../src/cli/completion/bash.ts');
  const program = buildParser('0.0.0', () => {});
  program.command('later <machine>').option('--order <id>', 'one');
  const script = bashScript(program, []);
  expect(script).toContain("'later:'0) wants=machines ;;");
  expect(script).toContain("'later':--order) wants=orders ;;");
});
