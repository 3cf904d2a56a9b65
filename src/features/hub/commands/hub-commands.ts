// The commands of `coord hub` and `coord guest`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { FAILED, NO_FLEET, READS, USAGE } from '../../../cli/exit-codes.ts';

const guests = async () => import('./guest.ts');

export const hub: readonly CommandDescriptor[] = [
  {
    words: 'hub',
    summary: 'Run a hub for devices that cannot run git; SIGTERM ends it',
    details: 'It speaks for them in documents and messages of this machine, and keeps nothing else; see docs/hub.md',
    options: [
      ['--http <port>', 'where guests reach it', { is: [0, 65_535], default: 8888 }],
      ['--port <port>', 'where machines reach the broker of the bell (MQTT over WebSocket)', { is: [0, 65_535], default: 9999 }],
      ['--mqtt <port>', 'the same over TCP, for other clients; without it not at all', { is: [0, 65_535] }],
      ['--announce <address>', 'how other machines reach the broker, such as wss://pc.example.com:9999'],
      ['--cert <file>', 'its certificate (PEM): other computers may come, by TLS'],
      ['--key <file>', 'the key of that certificate'],
      ['--insecure', 'other computers may come without TLS: anyone in between reads their tokens'],
    ],
    exitCodes: [['0', 'ended by a signal'], ['1', 'another hub runs here, or it cannot listen'], USAGE, NO_FLEET],
    completes: { '--cert': 'files', '--key': 'files' },
    run: async (context, options) => (await import('./hub.ts')).run(context, options),
  },
  {
    words: 'hub status',
    summary: 'Show the hub of this folder, its guests, and who was refused',
    options: [AS_JSON],
    exitCodes: [['0', 'it runs'], ['1', 'it does not'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./hub.ts')).status(context, options),
  },
  { words: 'hub webhook', summary: 'Webhooks of git hosts, which make this machine look at once' },
  {
    words: 'hub webhook add <host>',
    summary: 'Make the secret of a webhook, and print it with its address',
    arguments: { host: { summary: 'gitea is for Forgejo, too', choices: ['github', 'gitea', 'gitlab'] } },
    options: [AS_JSON],
    run: async (context, host, options) => (await import('./webhook.ts')).add(context, host, options),
  },
  {
    words: 'hub webhook remove <host>',
    summary: 'Take no webhook of that host any more',
    arguments: { host: { choices: ['github', 'gitea', 'gitlab'] } },
    run: async (context, host) => (await import('./webhook.ts')).remove(context, host),
  },
];

export const guest: readonly CommandDescriptor[] = [
  { words: 'guest', summary: 'Devices that take part by the hub of this machine' },
  {
    words: 'guest add <id>',
    summary: 'Make a token for a device, and print it once',
    example: 'coord guest add kitchen --may report,send',
    arguments: { id: { summary: 'a small letter, then small letters, digits, - or _' } },
    options: [
      [
        '--may <rights>',
        'report, instructions, done, send, computers',
        { is: 'list', default: ['report', 'instructions', 'done'] },
      ],
    ],
    exitCodes: [['0', 'added'], FAILED, USAGE, NO_FLEET, ['5', 'refused: there is one of that name, or there are 64']],
    completes: { id: 'nothing', '--may': ['report', 'instructions', 'done', 'send', 'computers'] },
    run: async (context, id, options) => (await guests()).add(context, id, options),
  },
  {
    words: 'guest list',
    summary: 'List them: what each may do, and what it reported last',
    options: [AS_JSON],
    isDefault: true,
    exitCodes: READS,
    run: async (context, options) => (await guests()).list(context, options),
  },
  {
    words: 'guest remove <id>',
    summary: 'Remove one: its token counts no more',
    completes: { id: 'nothing' },
    run: async (context, id) => (await guests()).remove(context, id),
  },
];
