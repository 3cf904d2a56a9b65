import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toFahrenheit } from '../src/convert.mjs';

test('Celsius becomes Fahrenheit', () => {
  assert.equal(toFahrenheit(0), 32);
  assert.equal(toFahrenheit(100), 212);
  assert.equal(toFahrenheit(-40), -40);
});
