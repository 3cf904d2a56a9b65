import type os from 'node:os';
import { expect, test, vi } from 'vitest';
import { nameFor } from '../../src/operations/machine/machine-name.ts';

vi.mock('node:os', async (original) => ({ ...(await original<typeof os>()), hostname: () => host.name }));
const host = vi.hoisted(() => ({ name: 'pc' }));

const others = { machines: new Map([[1, { document: { machine: 1, name: 'Mac' } }]]) };

test.each([
  '12',
  'two words',
  '',
  'x/y',
  '-x',
  'é',
  'a'.repeat(33),
  'a\nb',
  'x\u0000',
])('I1 %j is no name of a machine', (name) => {
  expect(() => nameFor(name, 2, null)).toThrow(/cannot be a machine's name: it begins with a letter/);
});

test('I1 a name that another one has is refused, whatever its case; its own, and any other, is taken', () => {
  expect(() => nameFor('mAC', 2, others)).toThrow(/machine 1 of this fleet is already named mAC/);
  expect(nameFor('mac', 1, others)).toBe('mac');
  // From before that word was reserved.
  const any = { machines: new Map([[1, { document: { machine: 1, name: 'any' } }]]) };
  expect(nameFor('any', 1, any)).toBe('any');
  expect(() => nameFor('all', 1, any)).toThrow(/mean something else by it/);
  expect(nameFor('a'.repeat(32), 2, others)).toBe('a'.repeat(32));
  expect(nameFor('pc-1.x_y', 2, others)).toBe('pc-1.x_y');
});

test.each(['any', 'ALL', 'people', 'Fleet', 'no', 'Off', 'y', 'true', 'none', 'null'])('I1 %j means something else', (name) => {
  expect(() => nameFor(name, 2, null)).toThrow(
    `"${name}" cannot be a machine's name: orders, messages or fleet.yaml mean something else by it`,
  );
  host.name = `${name}.local`;
  expect(nameFor(null, 2, null)).toBe(`pc-${name}`);
});
