// coord dash
import { resolve } from 'node:path';
import type { Context } from '../../../cli/context.ts';
import { columns, plainCell } from '../../../cli/output/table.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { expandHome } from '../../../system/files/home-path.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { openInBrowser } from '../../../system/process/browser.ts';
import { changeDoor, deviceAddress, outside, pageAddress, signOut } from '../operations/page-address.ts';
import { type DoorSettings, readDoor } from '../system/door-file.ts';

interface DashOptions {
  readonly open: boolean;
  readonly readOnly?: boolean;
  readonly listen?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly proxy?: string;
  readonly close?: boolean;
  readonly for?: string;
  readonly logins?: boolean;
  readonly signOut?: string;
}

/** Off a terminal, and where there is no browser, it prints the address, with the ticket. */
export async function run(context: Context, options: DashOptions): Promise<number> {
  const folder = context.fleet();
  mustFit(options);
  const { readOnly = false, listen, proxy, close, for: device, logins, signOut: gone } = options;
  if (listen !== undefined || proxy !== undefined || close) await change(context, folder, doorOf(folder, options));
  if (device !== undefined) await letIn(context, folder, device, readOnly);
  if (logins) await list(context, folder);
  if (gone !== undefined) await end(context, folder, gone);
  if (CHANGES.every((name) => options[name] === undefined)) await open(context, folder, options);
  return EXIT.done;
}

/** What opens no browser here. */
const CHANGES = ['listen', 'proxy', 'close', 'for', 'logins', 'signOut'] as const;

/** Throws USAGE for words that have nothing to say together. */
function mustFit({ listen, cert, key, proxy, close, for: device }: DashOptions): void {
  if (listen === undefined && (cert ?? key) !== undefined)
    throw new CoordError('USAGE', '--cert and --key go with --listen', 'coord dash --help');
  if (close && (listen ?? proxy ?? device) !== undefined)
    throw new CoordError('USAGE', '--close goes with none of --listen, --proxy and --for', 'coord dash --help');
}

async function open(context: Context, folder: FleetFolder, { open: wanted, readOnly = false }: DashOptions): Promise<void> {
  const { env } = await context.world();
  const { url, withTicket } = await pageAddress(folder, process.env, readOnly);
  const isOpened = wanted && context.isTerminal && (await openInBrowser(withTicket, env, process.platform));
  context.out(isOpened ? `opened ${url}` : withTicket);
  if (!isOpened) context.note('it lets one browser in, once, within a minute');
}

function doorOf(folder: FleetFolder, { listen, cert, key, proxy, close }: DashOptions): DoorSettings {
  if (close) return { listen: null, proxy: null };
  const before = readDoor(folder);
  const named = proxy === undefined ? before.proxy : proxyOf(proxy);
  return { listen: listen === undefined ? before.listen : listenOf(listen, cert, key), proxy: named };
}

function listenOf(listen: string, cert: string | undefined, key: string | undefined): DoorSettings['listen'] {
  const [, address = '', port = ''] = /^(.*):(\d{1,5})$/.exec(listen) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw new CoordError(
      'USAGE',
      `expected --listen with an address and a port, such as 192.168.1.5:8943, found ${listen}`,
      'coord dash --help',
    );
  if (cert === undefined || key === undefined) {
    const what = 'expected --cert and --key with --listen: other devices come in by TLS alone';
    throw new CoordError('USAGE', what, 'coord dash --listen :8943 --cert box.crt --key box.key');
  }
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  return {
    address: bare === '' ? null : bare,
    port: Number(port),
    cert: resolve(expandHome(cert)),
    key: resolve(expandHome(key)),
  };
}

function proxyOf(proxy: string): string {
  const url = URL.canParse(proxy) ? new URL(proxy) : null;
  if (url?.protocol === 'https:' && url.pathname === '/' && url.username === '') return url.origin;
  throw new CoordError(
    'USAGE',
    `expected --proxy as https://name, found ${proxy}`,
    'coord dash --proxy https://box.example.ts.net',
  );
}

async function change(context: Context, folder: FleetFolder, settings: DoorSettings): Promise<void> {
  const addresses = await changeDoor(folder, process.env, settings);
  if (addresses.length === 0) return context.out('the page is open to no other device');
  context.out(`open to other devices on ${addresses.join(', ')}`);
  context.note('to let one in: coord dash --for "my phone"');
}

async function letIn(context: Context, folder: FleetFolder, name: string, isReadOnly: boolean): Promise<void> {
  context.out((await deviceAddress(folder, process.env, { name, isReadOnly })).withTicket);
  context.note(`it lets one device in, once, within ten minutes; to end its login: coord dash --sign-out ${shellWord(name)}`);
}

async function list(context: Context, folder: FleetFolder): Promise<void> {
  const { logins, addresses, trouble } = await outside(folder, process.env);
  if (trouble !== null) context.note(context.paint.yellow(visibleText(`! not open as it should be: ${trouble}`)));
  else context.note(addresses.length === 0 ? 'the page is open to no other device' : `open on ${addresses.join(', ')}`);
  if (logins.length === 0) context.out('no other device is in');
  const rows = logins.map(({ name, since, until, readOnly }) => {
    return [plainCell(name, 40), `since ${readableTime(since)}`, `until ${readableTime(until)}`, readOnly ? 'looks only' : ''];
  });
  for (const row of columns(rows)) context.out(row);
}

async function end(context: Context, folder: FleetFolder, name: string): Promise<void> {
  const count = await signOut(folder, process.env, name);
  if (count === 0) throw new CoordError('NOT_FOUND', `no device is in by the name ${name}`, 'coord dash --logins');
  context.out(`${plainCell(name, 40)} is out`);
}
