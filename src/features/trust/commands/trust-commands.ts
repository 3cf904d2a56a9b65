// `coord trust`, `coord sign` and `coord verify`.
import { AS_JSON, type CommandDescriptor, type CommandOption } from '../../../cli/command.ts';
import { EDITS, NO_FLEET, UNREACHABLE, USAGE } from '../../../cli/exit-codes.ts';
import { WORK_KINDS } from '../../rules.ts';

const KEY: CommandOption = ['--key <file>', 'sign with this SSH key (default: COORD_SIGN_KEY, ssh-agent, or a key in ~/.ssh)'];
const NARROWING: readonly CommandOption[] = [
  ['--only <ids>', 'they place only orders of these ids; * at the end stands for any', { is: 'list' }],
  ['--kinds <kinds>', `they place only such work: ${WORK_KINDS.join(', ')}`, { is: 'list' }],
  ['--machines <numbers>', 'what they place starts only on these machines', { is: 'list' }],
];
const YES: CommandOption = ['--yes', 'do not ask'];

export const trust: readonly CommandDescriptor[] = [
  { words: 'trust', summary: 'Run only orders signed by people the fleet trusts' },
  {
    words: 'trust show',
    summary: 'Show what this machine demands, and who may do what; reads local files',
    options: [AS_JSON],
    isDefault: true,
    run: async (context, options) => (await import('./show-trust.ts')).show(context, options),
  },
  {
    words: 'trust on',
    summary: 'Demand signatures on this machine',
    details: 'The first machine of a fleet founds its trust with your SSH key, and signs what ORDERS.json lists',
    options: [
      KEY,
      ['--name <name>', 'you, as the fleet calls you (default: the user of this computer)'],
      ['--trust <fingerprint>', 'of a root key, SHA256:…: accepted without a question if it is that one'],
      YES,
    ],
    completes: { '--key': 'files', '--name': 'nothing', '--trust': 'nothing' },
    exitCodes: [['0', 'signatures are demanded here'], ['1', 'refused, or not accepted'], USAGE, NO_FLEET, UNREACHABLE],
    run: async (context, options) => (await import('./trust.ts')).on(context, options),
  },
  {
    words: 'trust off',
    summary: 'Run orders without signatures on this machine again',
    run: async (context) => (await import('./trust.ts')).off(context),
  },
  {
    words: 'trust add <name> <key>',
    summary: 'Trust a person, or give them a further key: a file, or a passkey',
    arguments: { key: { summary: 'a file such as ~/.ssh/id_ed25519.pub, or the line of a passkey, as the page shows it' } },
    options: [
      ['--role <roles>', 'root (changes the trust), order (places orders), approve (default: order,approve)', { is: 'list' }],
      ...NARROWING,
      KEY,
    ],
    completes: {
      ...{ name: 'nothing', key: 'files', '--role': ['root', 'order', 'approve'], '--only': 'nothing', '--key': 'files' },
      ...{ '--kinds': WORK_KINDS, '--machines': 'machines' },
    },
    example: 'coord trust add anna anna.pub --role root,order,approve',
    exitCodes: EDITS,
    run: async (context, name, key, options) => (await import('./trust.ts')).add(context, name, key, options),
  },
  {
    words: 'trust admit <machine>',
    summary: 'Believe what a machine says: signs the key that its document shows',
    arguments: { machine: { summary: 'a number or a name' } },
    options: [
      [
        '--agents',
        'its AI agents may place orders through coord mcp, as far as --only, --kinds and --machines say: one of these at least',
      ],
      ...NARROWING,
      KEY,
      YES,
    ],
    completes: { machine: 'machines', '--only': 'nothing', '--kinds': WORK_KINDS, '--machines': 'machines', '--key': 'files' },
    example: "coord trust admit 2 --agents --only 'build-*' --kinds shell --machines 2",
    exitCodes: EDITS,
    run: async (context, machine, options) => (await import('./admit.ts')).admit(context, machine, options),
  },
  {
    words: 'trust revoke <who>',
    summary: 'Trust a person, one of their keys, or a machine no more: what they signed and has not started waits',
    arguments: { who: { summary: 'a name, the fingerprint of a key, the number of a machine, or the name of an invitation' } },
    options: [['--agents', 'of a machine: only what its AI agents place'], KEY],
    completes: { who: 'nothing', '--key': 'files' },
    exitCodes: EDITS,
    run: async (context, who, options) => (await import('./admit.ts')).revoke(context, who, options),
  },
  {
    words: 'trust rotate <key>',
    summary: 'Put a new key of yours in the place of the one that signs this',
    arguments: { key: { summary: 'the public part of the new one' } },
    options: [KEY],
    completes: { key: 'files', '--key': 'files' },
    exitCodes: EDITS,
    run: async (context, key, options) => (await import('./trust.ts')).rotate(context, key, options),
  },
  {
    words: 'trust reset',
    summary: 'Forget on this machine whom the fleet trusts: when its last root key is lost',
    options: [YES],
    run: async (context, options) => (await import('./trust.ts')).reset(context, options),
  },
];

export const invite: CommandDescriptor = {
  words: 'invite <name>',
  summary: 'Print a line with which another machine joins, trusted',
  details:
    'Whoever has it comes in, once, so hand it over as you would a password. On the other machine: coord join -, which asks for it',
  arguments: { name: { summary: 'what the other machine is to be called' } },
  options: [['--expires <duration>', 'it counts for so long, 30d at most (default: 1d)'], KEY],
  completes: { name: 'nothing', '--expires': 'nothing', '--key': 'files' },
  example: 'coord invite pc --expires 1h',
  exitCodes: EDITS,
  run: async (context, name, options) => (await import('./invite.ts')).run(context, name, options),
};

export const signing: readonly CommandDescriptor[] = [
  {
    words: 'sign [ids...]',
    summary: 'Sign orders that wait for a signature; shows each first',
    options: [
      KEY,
      ['--expires <duration>', 'the signature counts for so long, such as 7d (default: until the order is changed)'],
      YES,
    ],
    completes: { ids: 'orders', '--key': 'files', '--expires': 'nothing' },
    note: 'Signing an order again takes back what was approved or resolved of it before.',
    exitCodes: EDITS,
    run: async (context, ids, options) => (await import('./sign.ts')).sign(context, ids, options),
  },
  {
    words: 'verify',
    summary: 'Check every signature on the board; reads local files',
    options: [['--export <folder>', 'write them there, and print what checks each with ssh-keygen or openssl alone'], AS_JSON],
    completes: { '--export': 'folders' },
    exitCodes: [['0', 'every order is signed'], ['1', 'some are not'], USAGE, NO_FLEET, ['5', 'no signatures are demanded here']],
    run: async (context, options) => (await import('./sign.ts')).verify(context, options),
  },
];
