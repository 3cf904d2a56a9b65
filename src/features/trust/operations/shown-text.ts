// What a person is shown before they sign an entry: the entry, and all that their signature covers besides (T6.2), whole.
import { assignPhrase } from '../../../core/orders/assignment.ts';
import { specsOf } from '../documents/signed-order.ts';
import type { Signing } from './signing-place.ts';

export function shownText({ evidence, orders, snapshot }: Signing, id: string): string {
  const listed = orders.get(id) ?? [];
  const made = listed.filter(({ template }) => template !== undefined);
  const versions = made.flatMap(({ template }) => template?.version ?? []);
  const templates = versions.map(
    ({ name, parameters, steps }) => `template ${name}:\n${JSON.stringify({ with: parameters, steps }, null, 2)}`,
  );
  const routed = listed.filter(({ route }) => route === 'routed');
  const ruled = listed.filter((order) => order.ruled !== undefined);
  return [
    JSON.stringify(evidence.entries.get(id) ?? null, null, 2),
    ...routed.map((order) => `fleet.yaml sends ${order.id} to ${assignPhrase(order.assign, snapshot.machines)}`),
    ...ruled.map((order) => `fleet.yaml asks an approval for ${order.id}`),
    ...made.map((order) => `step ${order.step?.name ?? order.id}: ${JSON.stringify(order.work)}`),
    ...new Set(templates),
    ...specsOf(listed).map((path) => `${path}:\n${evidence.specs.get(path) ?? '(not there)'}`),
  ].join('\n');
}

/** The first of these that is not what was shown; undefined = all are. */
export function changedSince(shown: ReadonlyMap<string, string>, ids: readonly string[], signing: Signing): string | undefined {
  return ids.find((id) => shown.get(id) !== shownText(signing, id));
}
