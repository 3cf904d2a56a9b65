// Finds the address of the board on its host, for a browser: the page of the fleet, of an order in ORDERS.json, or of a machine.
import { pagesOf } from '../../core/base/host-pages.ts';
import { memberOf } from '../../documents/json/json-node.ts';
import { readOrdersText } from '../../documents/orders/step-nodes.ts';
import { machineDocumentPath, ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { ordersHere } from '../orders/edit-orders.ts';
import { fleetHere } from '../sync/fleet-here.ts';
import type { View } from '../sync/view.ts';
import { listedMachines, machineNamed } from './machine-named.ts';

/** `named`: an order, or a machine by number or name; null = the board itself. Throws FAILED where the host's pages are not known. */
export function boardPage(folder: FleetFolder, view: View, named: string | null): string {
  const fleet = fleetHere(folder);
  // What this computer itself talks to counts before what the repo says of itself.
  const pages = pagesOf(view.self.remote, fleet?.url ?? null);
  if (pages === null) throw notKnown(view.self.remote);
  const main = readIdentity(folder).branch;
  const branch = fleet?.board ?? main;
  const show = (path: string, of: string, line: number | null) => pages.show(`coordination/${path}`, of, line);
  if (named === null) return show('README.md', branch, null);
  if (Object.hasOwn(view.orders, named))
    return show(ORDERS_PATH, main, lineOf(ordersHere(folder), view.orders[named]?.chain ?? named));
  try {
    return show(machineDocumentPath(machineNamed(named, listedMachines(view.machines)).number), branch, null);
  } catch (error) {
    if (!(error instanceof CoordError) || error.code !== 'NOT_FOUND') throw error;
    const message = `no order and no machine ${JSON.stringify(named)} in this fleet, as of the last sync`;
    throw new CoordError('NOT_FOUND', message, 'coord sync', { cause: error });
  }
}

function notKnown(remote: string): CoordError {
  const message = `the host of ${withoutCredentials(remote)} is not known: coord has no address of its pages`;
  return new CoordError('FAILED', message, 'put "url: https://host/me/fleet" into coordination/fleet.yaml');
}

/** Of the entry; null = it is not found here. */
function lineOf(text: string, id: string): number | null {
  const { root } = readOrdersText(text);
  const list = root?.kind === 'object' ? memberOf(root, 'orders')?.value : undefined;
  const entry = (list?.kind === 'array' ? list.items : []).find((item) => {
    const value = item.kind === 'object' ? memberOf(item, 'id')?.value : undefined;
    return value?.kind === 'scalar' && value.value === id;
  });
  return entry === undefined ? null : text.slice(0, entry.offset).split('\n').length;
}
