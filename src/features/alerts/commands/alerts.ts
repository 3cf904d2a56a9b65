// coord alerts list, coord alerts test; and coord __tell, which a sync starts
import type { Context } from '../../../cli/context.ts';
import { columns, plainCell } from '../../../cli/output/table.ts';
import { minuteTime } from '../../../core/base/time.ts';
import type { Alert, AlertChannel, ChannelTold, Delivery } from '../../../core/model/messages/alert.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { showChannel } from '../documents/alert-channels.ts';
import { readAlerts, readTold } from '../operations/alert-files.ts';
import { alertsPath, readChannels } from '../operations/channels.ts';
import { tellOwed, testChannels } from '../operations/deliver-alerts.ts';

export async function tell(context: Context): Promise<number> {
  await tellOwed(await context.world(), context.fleet());
  return EXIT.done;
}

export async function test(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const { results, faults } = await context.busy('telling', testChannels(await context.world(), folder));
  const shown = results.map(({ channel, telling }) => ({ channel: channel.name, goes: showChannel(channel), ...telling }));
  if (json) {
    const told = shown.map(({ channel, goes, ok, what }) => ({ channel, goes, ok, what }));
    context.out(visibleJson(JSON.stringify({ results: told, faults }, null, 2)));
  } else {
    const { green, red } = context.paint;
    for (const { channel, goes, ok, what } of shown)
      context.out(`${ok ? green('✓') : red('✗')} ${visibleText(`${channel} · ${goes} · ${what}`)}`);
    if (shown.length === 0) context.out('no channel');
    for (const fault of faults) context.note(context.paint.yellow(visibleText(`! ${fault}`)));
  }
  return faults.length > 0 || shown.length === 0 || shown.some(({ ok }) => !ok) ? EXIT.failed : EXIT.done;
}

export async function list(context: Context, { json }: { readonly json?: boolean }): Promise<number> {
  const now = alertsNow((await context.world()).home, context.fleet());
  if (json) context.out(visibleJson(JSON.stringify(asJson(now), null, 2)));
  else show(context, now);
  return EXIT.done;
}

function asJson({ path, exists, channels, alerts, told, faults }: AlertsNow) {
  return {
    file: path,
    exists,
    channels: channels.map((channel) => ({ name: channel.name, goes: showChannel(channel), only: channel.only })),
    alerts: alerts.map(({ key: _key, subject: _subject, isOwn: _isOwn, ...alert }) => ({
      ...alert,
      told: Object.fromEntries(channels.map(({ name }) => [name, told[name]?.alerts[alert.id] ?? {}])),
    })),
    faults,
  };
}

function show(context: Context, { path, exists, channels, alerts, told, faults }: AlertsNow): void {
  const { dim, bold, yellow } = context.paint;
  if (!exists) {
    context.out(`no alerts are sent: there is no ${path} (see docs/alerts.md)`);
    return;
  }
  for (const fault of faults) context.out(yellow(visibleText(`! ${fault}`)));
  const head = (cell: string, _column: number, row: number) => (row === 0 ? dim(cell) : cell);
  context.out(bold('Channels'));
  const rows = channels.map((channel) => [channel.name, showChannel(channel), onlyWords(channel)].map(visibleText));
  for (const line of columns([['NAME', 'GOES TO', 'IS TOLD OF'], ...rows], head)) context.out(`  ${line}`);
  context.out('');
  context.out(bold('Alerts'));
  const lines = alerts.map((alert) => [
    minuteTime(alert.since),
    alert.kind,
    alert.ended === null ? 'stands' : 'is over',
    toldWords(alert, channels, told),
    plainCell(alert.what, 100),
  ]);
  if (lines.length === 0) context.out('  none');
  else for (const line of columns([['SINCE', 'KIND', '', 'TOLD', 'WHAT'], ...lines], head)) context.out(`  ${line}`);
}

function onlyWords({ only }: AlertChannel): string {
  const { kinds, orders, machines } = only;
  const words = [
    ...(kinds === null ? [] : [kinds.join(', ') || 'nothing']),
    ...(orders === null ? [] : [`orders ${orders.join(', ') || 'none'}`]),
    ...(machines === null ? [] : [`machines ${machines.join(', ') || 'none'}`]),
  ];
  return words.length === 0 ? 'everything' : words.join('; ');
}

function toldWords(alert: Alert, channels: readonly AlertChannel[], told: Readonly<Record<string, ChannelTold>>): string {
  const event = alert.ended === null ? 'began' : 'ended';
  const words = channels.flatMap(({ name }) => {
    const delivery = told[name]?.alerts[alert.id]?.[event];
    return delivery === undefined ? [] : [`${name}: ${deliveryWords(delivery)}`];
  });
  return visibleText(words.join(', ')) || '-';
}

function deliveryWords({ state, error, tries, nextMs }: Delivery): string {
  if (state === 'told') return 'told';
  const why = `${error ?? 'not known'}; ${tries} ${tries === 1 ? 'try' : 'tries'}`;
  return state === 'given up' ? `given up (${why})` : `waits until ${minuteTime(new Date(nextMs).toISOString())} (${why})`;
}

interface AlertsNow {
  readonly path: string;
  readonly exists: boolean;
  readonly channels: readonly AlertChannel[];
  /** Those that stand, and those that were over lately. */
  readonly alerts: readonly Alert[];
  readonly told: Readonly<Record<string, ChannelTold>>;
  readonly faults: readonly string[];
}

function alertsNow(home: string, folder: FleetFolder): AlertsNow {
  const settings = readChannels(home);
  return {
    path: alertsPath(home),
    exists: settings !== null,
    channels: settings?.channels ?? [],
    alerts: readAlerts(folder)?.alerts ?? [],
    told: readTold(folder)?.channels ?? {},
    faults: settings?.faults ?? [],
  };
}
