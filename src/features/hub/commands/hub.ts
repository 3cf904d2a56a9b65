// coord hub, coord hub status
import { resolve } from 'node:path';
import type { Context } from '../../../cli/context.ts';
import { ago, columns, plainCell } from '../../../cli/output/table.ts';
import { counted } from '../../../core/base/counted.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { EXIT } from '../../../errors.ts';
import { type HubStatus, hubStatus } from '../operations/hub-status.ts';
import { runHub } from '../server/run-hub.ts';

interface RunOptions {
  readonly http: number;
  readonly port: number;
  readonly mqtt?: number;
  readonly announce?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
}

export async function run(context: Context, options: RunOptions): Promise<number> {
  const folder = context.fleet();
  // A log that nobody reads any more never stands in the way.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {});
  const ended = new Promise<string>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => done(signal));
  });
  const path = (word: string | undefined) => (word === undefined ? null : resolve(word));
  const {
    http: httpPort,
    port: brokerPort,
    mqtt: mqttPort = null,
    announce = null,
    cert,
    key,
    insecure: isInsecure = false,
  } = options;
  const ports = { httpPort, brokerPort, mqttPort };
  const wish = { ...ports, cert: path(cert), key: path(key), isInsecure, announce, mainPath: context.mainPath };
  const log = (line: string) => context.out(`${new Date(context.nowMs()).toISOString()} ${visibleText(line)}`);
  await runHub(await context.world(), folder, wish, { log, ended });
  return EXIT.done;
}

/** Exits 1 where none runs. */
export async function status(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const seen = hubStatus(context.fleet());
  if (json) context.out(JSON.stringify(seen, null, 2));
  else show(context, seen);
  return seen.hub === null ? EXIT.failed : EXIT.done;
}

function show(context: Context, { hub, guests, webhooks, knocks }: HubStatus): void {
  const { dim, yellow } = context.paint;
  const nowMs = context.nowMs();
  if (hub === null) context.out('no hub runs here: coord hub');
  else {
    context.out(`answers on ${hub.url} · pid ${hub.pid} · since ${hub.since} (${ago(hub.since, nowMs)})`);
    if (hub.isOpen && hub.certificateUntil === null)
      context.out(yellow('! other computers reach it unencrypted: anyone in between reads tokens'));
  }
  if (hub !== null && hub.broker !== null) {
    const { url, mqttUrl, pid, clients } = hub.broker;
    const where = [url, ...(mqttUrl === null ? [] : [mqttUrl])].join(' and ');
    const said = hub.announced === null ? 'not announced' : `announced as ${hub.announced}`;
    context.out(`broker on ${where} · pid ${pid} · ${said} · ${counted(clients.length, 'client')}`);
    for (const { id, address, since } of clients) context.out(plainCell(`  ${id} · ${address} · ${ago(since, nowMs)}`, 200));
  }
  for (const { id, may, status, since } of guests)
    context.out(
      plainCell(
        `guest ${id} · may ${may.join(', ')} · ${status === null ? 'no report' : `${status} (${ago(since ?? '', nowMs)})`}`,
        300,
      ),
    );
  if (webhooks.length > 0) context.out(`webhooks of ${webhooks.join(', ')}`);
  if (knocks.length === 0) return;
  const rows = knocks
    .toReversed()
    .map(({ address, refused, since, last, blockedUntil }) => [
      plainCell(address, 60),
      String(refused),
      ago(since, nowMs),
      ago(last, nowMs),
      blockedUntil === null || Date.parse(blockedUntil) <= nowMs ? '-' : readableTime(blockedUntil),
    ]);
  const head = ['REFUSED FROM', 'TIMES', 'SINCE', 'LAST', 'BLOCKED UNTIL'];
  for (const line of columns([head, ...rows], (cell, _column, row) => (row === 0 ? dim(cell) : cell))) context.out(line);
}
