// T6.5: what a person is shown before they sign.
import { expect, test } from 'vitest';
import { shownText } from '../../../src/features/trust/operations/shown-text.ts';
import type { Signing } from '../../../src/features/trust/operations/signing-place.ts';
import { order } from '../../core/samples.ts';

test.each([
  '"\\ud800"',
  '1e999',
])('T11, D4b a template that has no canonical form is shown, once for all its steps: %s', (odd) => {
  const version = { name: 'ship', parameters: {}, steps: [JSON.parse(`{ "id": "build", "x-n": ${odd} }`)] };
  const steps = ['made.build', 'made.deploy'].map((id) => order(id, { template: { version } } as object));
  const evidence = { entries: new Map(), specs: new Map() };
  const text = shownText({ evidence, orders: new Map([['made', steps]]), snapshot: {} } as unknown as Signing, 'made');
  expect(text.split('template ship:')).toHaveLength(2);
});
