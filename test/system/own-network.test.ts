import { expect, test } from 'vitest';
import { isInOwnNetwork } from '../../src/system/git/own-network.ts';
import { parseRemoteUrl } from '../../src/system/git/remote-url.ts';

test.each([
  ['/srv/git/fleet.git', true],
  ['file:///srv/git/fleet.git', true],
  ['git@192.168.1.20:me/fleet.git', true],
  ['ssh://me@10.0.0.7:2222/fleet.git', true],
  ['http://127.0.0.1:3000/me/fleet.git', true],
  ['https://nas.local/me/fleet.git', true],
  ['git@box.tail1234.ts.net:fleet.git', true],
  ['ssh://git@[fd7a::1]:22/fleet.git', true],
  ['git@[::1]:fleet.git', true],
  ['http://me:secret@gitea.lan/me/fleet.git', true],
  ['git@github.com:me/fleet.git', false],
  ['https://github.com/me/fleet.git', false],
  ['https://me:10.0.0.1@github.com/me/fleet.git', false],
  ['https://10.0.0.1.example.com/me/fleet.git', false],
  ['git@work:me/fleet.git', false],
  ['ssh://git@8.8.8.8/fleet.git', false],
  ['https://local/me/fleet.git', false],
])('H2: whether %s is in a network of its owner’s: %s', (url, is) => {
  expect(isInOwnNetwork(parseRemoteUrl(url, { cwd: '/', home: '/root' }))).toBe(is);
});
