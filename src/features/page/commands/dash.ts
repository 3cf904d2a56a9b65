// coord dash
import { resolve } from 'node:path';
import type { Context } from '../../../cli/context.ts';
import { columns, plainCell } from '../../../cli/output/table.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { expandHome } from '../../../system/policy/policy-file.ts';
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
  const { open, readOnly = false, listen, proxy, close, for: device, logins, signOut: gone } = options;
  if (listen !== undefined || proxy !== undefined || close) return changed(context, folder, doorOf(folder, options));
  if (device !== undefined) return letIn(context, folder, device, readOnly);
  if (logins) return listed(context, folder);
  if (gone !== undefined) return ended(context, folder, gone);
  const { env } = await context.world();
  const { url, withTicket } = await pageAddress(folder, process.env, readOnly);
  const isOpened = open && context.isTerminal && (await openInBrowser(withTicket, env, process.platform));
  context.out(isOpened ? `opened ${url}` : withTicket);
  if (!isOpened) context.note('it lets one browser in, once, within a minute');
  return EXIT.done;
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

async function changed(context: Context, folder: FleetFolder, settings: DoorSettings): Promise<number> {
  const addresses = await changeDoor(folder, process.env, settings);
  if (addresses.length === 0) {
    context.out('the page is open to no other device');
    return EXIT.done;
  }
  context.out(`open to other devices on ${addresses.join(', ')}`);
  context.note('to let one in: coord dash --for "my phone"');
  return EXIT.done;
}

async function letIn(context: Context, folder: FleetFolder, name: string, isReadOnly: boolean): Promise<number> {
  context.out((await deviceAddress(folder, process.env, { name, isReadOnly })).withTicket);
  context.note(`it lets one device in, once, within ten minutes; to end its login: coord dash --sign-out ${shellWord(name)}`);
  return EXIT.done;
}

async function listed(context: Context, folder: FleetFolder): Promise<number> {
  const { logins } = await outside(folder, process.env);
  if (logins.length === 0) context.out('no other device is in');
  const rows = logins.map(({ name, since, until, readOnly }) => {
    return [plainCell(name, 40), `since ${since}`, `until ${until}`, readOnly ? 'looks only' : ''];
  });
  for (const row of columns(rows)) context.out(row);
  return EXIT.done;
}

async function ended(context: Context, folder: FleetFolder, name: string): Promise<number> {
  const count = await signOut(folder, process.env, name);
  if (count === 0) throw new CoordError('NOT_FOUND', `no device is in by the name ${name}`, 'coord dash --logins');
  context.out(`${plainCell(name, 40)} is out`);
  return EXIT.done;
}
