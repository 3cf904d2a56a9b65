// Where the board's links lead: the host's editor, where its addresses are known.
import { expect, test } from 'vitest';
import { hostPages, isBranchPage, pagesOf, webPage } from '../../src/core/base/host-pages.ts';
import { DEFAULT_FLEET } from '../../src/core/model/ledger/fleet.ts';
import { documentLinks } from '../../src/documents/board/document-links.ts';

const written = new Set(['ORDERS.json']);
const PATH = 'coordination/messages/0_TO_2.md';

test.each<[url: string | null, edit: string | null, made: string | null]>([
  [null, 'ORDERS.json', null],
  ['https://git.example.com/a/b', 'ORDERS.json', null],
  ['https://github.com.evil.example/a/b', 'ORDERS.json', null],
  [
    'https://github.com/a/b',
    'https://github.com/a/b/edit/main/coordination/ORDERS.json',
    'https://github.com/a/b/new/main?filename=coordination/messages/0_TO_2.md',
  ],
  [
    'https://gitlab.com/a/b/c',
    'https://gitlab.com/a/b/c/-/edit/main/coordination/ORDERS.json',
    'https://gitlab.com/a/b/c/-/new/main/coordination/messages?file_name=0_TO_2.md',
  ],
  [
    'https://gitlab.example.com:8443/a/b',
    'https://gitlab.example.com:8443/a/b/-/edit/main/coordination/ORDERS.json',
    'https://gitlab.example.com:8443/a/b/-/new/main/coordination/messages?file_name=0_TO_2.md',
  ],
  [
    'http://gitea.lan:3000/a/b',
    'http://gitea.lan:3000/a/b/_edit/main/coordination/ORDERS.json',
    'http://gitea.lan:3000/a/b/_new/main/coordination/messages?filename=0_TO_2.md',
  ],
  [
    'https://codeberg.org/a/b',
    'https://codeberg.org/a/b/_edit/main/coordination/ORDERS.json',
    'https://codeberg.org/a/b/_new/main/coordination/messages?filename=0_TO_2.md',
  ],
  [
    'https://forgejo.example.com/a/b',
    'https://forgejo.example.com/a/b/_edit/main/coordination/ORDERS.json',
    'https://forgejo.example.com/a/b/_new/main/coordination/messages?filename=0_TO_2.md',
  ],
  ['https://bitbucket.org/a/b', 'https://bitbucket.org/a/b/src/main/coordination/ORDERS.json?mode=edit&at=main', null],
])('8: the editor of a document that is written, and of one that is not, at %s', (url, edit, made) => {
  const { linkTo } = documentLinks({ ...DEFAULT_FLEET, url }, written);
  expect([linkTo('ORDERS.json'), linkTo('messages/0_TO_2.md')]).toEqual([edit, made]);
});

test.each([
  ['github.com', 'edit/trunk/v1', 'new/trunk/v1?filename=coordination/messages/0_TO_2.md'],
  ['gitlab.com', '-/edit/trunk/v1', '-/new/trunk/v1/coordination/messages?file_name=0_TO_2.md'],
  ['codeberg.org', '_edit/trunk/v1', '_new/trunk/v1/coordination/messages?filename=0_TO_2.md'],
])('8: at %s the links lead to the branch that is main, whatever it is called', (host, edit, made) => {
  const url = `https://${host}/a/b`;
  const { linkTo } = documentLinks({ ...DEFAULT_FLEET, url, main: 'trunk/v1' }, written);
  expect(linkTo('ORDERS.json')).toBe(`${url}/${edit}/coordination/ORDERS.json`);
  expect(linkTo('messages/0_TO_2.md')).toBe(`${url}/${made}`);
});

test('F4, 8: a board on a branch of its own has people’s documents not beside it, and links to main', () => {
  const linkTo = (url: string | null) => documentLinks({ url, board: 'coord-board' }, written).linkTo('ORDERS.json');
  expect(linkTo(null)).toBeNull();
  expect(linkTo('https://github.com/a/b')).toBe('https://github.com/a/b/edit/main/coordination/ORDERS.json');
});

test.each([
  ['https://github.com/me/fleet.git', 'https://github.com/me/fleet'],
  ['https://me:secret@github.com/me/fleet.git', 'https://github.com/me/fleet'],
  ['https://token@github.com/me/fleet', 'https://github.com/me/fleet'],
  ['git@github.com:me/fleet.git', 'https://github.com/me/fleet'],
  ['ssh://git@gitlab.example.com:2222/a/b/c.git', 'https://gitlab.example.com/a/b/c'],
  ['https://gitlab.example.com:8443/a/b.git', 'https://gitlab.example.com:8443/a/b'],
  ['http://gitea.lan:3000/me/fleet', 'http://gitea.lan:3000/me/fleet'],
  ['http://me:secret@gitea.lan:3000/me/fleet.git', 'http://gitea.lan:3000/me/fleet'],
  ['git@bitbucket.org:me/fleet.git/', 'https://bitbucket.org/me/fleet'],
  ['https://github.com/me/fleet?token=secret', null],
  ['https://github.com/me/fl)eet', null],
  ['https://github.com', null],
  ['git@git.example.com:me/fleet.git', null],
  ['/srv/github.com/fleet.git', null],
  ['file:///srv/fleet.git', null],
])('8: the page of the remote %s has no login, and is there for known hosts alone', (remote, page) => {
  expect(webPage(remote)).toBe(page);
});

test.each([
  ['of the same repo the scheme and the port', 'http://gitea.lan:3000/me/fleet', 'http://gitea.lan:3000/me/fleet'],
  ['of another repo there the same', 'http://gitea.lan:3000/you/app', 'http://gitea.lan:3000/me/fleet'],
  ['nothing of another host', 'https://codeberg.org/me/fleet', 'https://gitea.lan/me/fleet'],
])('8: of a remote over ssh, fleet.yaml says %s', (_, url, repo) => {
  expect(pagesOf('ssh://git@gitea.lan:2222/me/fleet.git', url)?.branch('x')).toBe(`${repo}/src/branch/x`);
  expect(pagesOf('https://gitea.lan/me/fleet.git', url)?.branch('x')).toBe('https://gitea.lan/me/fleet/src/branch/x');
});

test.each([
  ['https://github.com/a/b/tree/coord/x', true],
  ['http://gitea.lan:3000/a/b/src/branch/coord/x', true],
  ['https://gitlab.example.com:8443/a/b/-/tree/coord/x', true],
  ['https://github.com/a/b/tree/coord/y', false],
  ['https://github.com/a/b/src/branch/coord/x', false],
  ['https://evil.example/a/b/tree/coord/x', false],
  ['https://github.com@evil.example/a/b/tree/coord/x', false],
  ['javascript:x//github.com/a/b/tree/coord/x', false],
])('8: whether %s is the page of a branch: %s', (page, is) => {
  expect(isBranchPage(page, 'coord/x')).toBe(is);
});

test('8: addresses have no character that ends a Markdown link', () => {
  for (const host of ['github.com', 'gitlab.com', 'codeberg.org', 'bitbucket.org']) {
    const pages = hostPages(`https://${host}/a/b`);
    const branch = 'coord/x(1)|<y>';
    for (const link of [
      pages?.edit(PATH, branch),
      pages?.make(PATH, branch),
      pages?.branch(branch),
      pages?.show(PATH, branch, 7),
    ])
      expect(link ?? '').not.toMatch(/[()<>\s|]/);
  }
});
