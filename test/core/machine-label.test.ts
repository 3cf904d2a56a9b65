import { expect, test } from 'vitest';
import { type Machines, machineLabel } from '../../src/core/model/machines/machines.ts';
import { versionsFinding } from '../../src/operations/doctor/board.ts';

test('D4 a machine without a name is its number, without a blank behind it', () => {
  const machines = new Map([[2, { document: { name: '' } }]]) as unknown as Machines;
  expect([2, 3].map((number) => machineLabel(number, machines))).toEqual(['2', '3']);
  expect(versionsFinding({ 2: { name: '', state: 'IDLE', version: '0.1.0' } }).found).toBe('0.1.0 on 2');
});
