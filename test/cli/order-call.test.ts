import { expect, test } from 'vitest';
import { callFrom } from '../../src/documents/orders/call-field.ts';

const none = { header: [], expect: [] };

test('O14 a call from the command line is what a person would have written', () => {
  expect(callFrom(none)).toBeUndefined();
  expect(callFrom({ ...none, call: 'builder', path: '/' })).toEqual({ instance: 'builder', path: '/' });
  const more = { header: ['Accept: text/plain', 'X-Empty:'], body: '[1]', expect: ['200', '404'] };
  expect(callFrom({ ...more, specialty: 'build', path: '/x?y=1', method: 'put' })).toEqual({
    ...{ specialty: 'build', method: 'PUT', path: '/x?y=1' },
    ...{ headers: { Accept: 'text/plain', 'X-Empty': '' }, body: [1], expect: [200, 404] },
  });
  expect(callFrom({ ...none, call: 'a', path: '/', expect: ['204'] })).toMatchObject({ expect: 204 });
});

test.each([
  [{ path: '/' }, /^--path, .* need --call or --specialty/],
  [{ call: 'a' }, /expected --path/],
  [{ call: 'a', path: '/', body: 'hello' }, /expected --body to be JSON/],
  [{ call: 'a', path: '/', header: ['no colon'] }, /expected --header "Name: value", found no colon/],
])('O14 what is missing or wrong is said: %o', (options, message) => {
  expect(() => callFrom({ ...none, ...options })).toThrow(message);
});
