// R5: a ref counts as accepted or refused only on git's own line for it.
import { describe, expect, it } from 'vitest';
import { lastWords, troubleOf } from '../../src/ledger/git/trouble.ts';
import { readPushReport } from '../../src/ledger/push/push-report.ts';

const A = 'refs/coord/machines/1';
const B = 'refs/heads/main';
const read = (lines: string[], exitCode: number, rest: { timedOut?: boolean; stderr?: string } = {}, refs = [A, B]) => {
  const stdout = Buffer.from(['To https://host/x', ...lines, ''].join('\n'));
  return readPushReport({ exitCode, stdout, stderr: '', timedOut: false, ...rest }, refs);
};

describe('a push report', () => {
  it('knows accepted from refused, ref by ref', () => {
    const report = read([`+\tabc:${A}\ta...b (forced update)`, `!\tabc:${B}\t[rejected] (stale info)`], 1);
    expect(report.kind === 'answered' && [...report.refs]).toEqual([
      [A, { kind: 'accepted' }],
      [B, { kind: 'refused', detail: 'stale info', isStale: true }],
    ]);
    for (const flag of [' ', '*', '='])
      expect(read([`${flag}\tabc:${A}\tx`, `${flag}\tabc:${B}\tx`, 'Done'], 0).kind).toBe('answered');
  });

  it.each([
    'fetch first',
    'non-fast-forward',
    'stale info',
    "cannot lock ref 'refs/heads/main': is at a but expected b",
    'failed to update ref',
    'incorrect old value provided',
    'pre-receive hook declined',
    'protected branch hook declined',
  ])('1: takes any wording of a refusal for a refusal: %s', (wording) => {
    const report = read([`=\tabc:${A}\t[up to date]`, `!\tabc:${B}\t[remote rejected] (${wording})`], 1);
    expect(report.kind === 'answered' && report.refs.get(B)).toEqual({ kind: 'refused', detail: wording });
  });

  it('R1a shows what the host itself said, to what it refused alone', () => {
    const stderr = [
      'remote: Resolving deltas: 100% (2/2), completed with 2 local objects.        ',
      'remote: ',
      'remote: ========================',
      'remote: GitLab: You are not allowed to push code to protected branches.',
      'remote: see https://ada:pw@host/help        ',
      "error: failed to push some refs to 'https://host/x'",
    ].join('\n');
    const lines = [`!\tabc:${A}\t[rejected] (stale info)`, `!\tabc:${B}\t[remote rejected] (pre-receive hook declined)`];
    const report = read(lines, 1, { stderr });
    expect(report.kind === 'answered' && [...report.refs.values()]).toEqual([
      { kind: 'refused', detail: 'stale info', isStale: true },
      {
        kind: 'refused',
        detail:
          'pre-receive hook declined: GitLab: You are not allowed to push code to protected branches.; see https://host/help',
      },
    ]);
    expect(report.kind === 'answered' && [...report.byServer]).toEqual([[B, 'pre-receive hook declined']]);
  });

  it('is unknown where anything is left open', () => {
    const good = [`*\tabc:${A}\t[new reference]`, `*\tabc:${B}\t[new branch]`];
    expect(read(good, 0).kind).toBe('answered');
    const open: [string[], number, { timedOut?: boolean }?][] = [
      [good.slice(1), 0],
      [[], 0],
      [[], 128],
      [good, 128],
      [good, 1],
      [good, 0, { timedOut: true }],
      [[good[0] ?? '', `!\tabc:${B}\t[remote rejected] (x)`], 0],
      [[good[0] ?? '', `!\tabc:${B}\t[remote failure] (remote failed to report status)`], 1],
      [[good[0] ?? '', `?\tabc:${B}\tx`], 1],
      [[good[0] ?? '', `!\tabc:${B}`], 1],
    ];
    for (const [lines, exitCode, rest] of open) expect(read(lines, exitCode, rest).kind).toBe('unknown');
  });
});

describe('trouble', () => {
  const code = (stderr: string) => troubleOf({ stderr, exitCode: 128, timedOut: false }).code;

  it.each([
    ['AUTHENTICATION', "fatal: could not read Username for 'https://host': terminal prompts disabled"],
    ['AUTHENTICATION', 'git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.'],
    ['AUTHENTICATION', 'Host key verification failed.\nfatal: Could not read from remote repository.'],
    ['AUTHENTICATION', 'ERROR: The key you are authenticating with has been marked as read only.'],
    ['NOT_FOUND', 'ERROR: Repository not found.\nfatal: Could not read from remote repository.'],
    ['NETWORK', "fatal: unable to access 'https://host/': Could not resolve host: host"],
    ['NETWORK', 'ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.'],
    ['TIMEOUT', 'ssh: connect to host h port 22: Connection timed out\nfatal: Could not read from remote repository.'],
    ['DISK', 'fatal: write error: No space left on device\nfatal: index-pack failed'],
    ['NETWORK', 'remote: fatal: write error: No space left on device\nfatal: early EOF'],
    ['NETWORK', 'fatal: remote error: Disk quota exceeded'],
    ['CLONE', 'error: object file objects/aa/bb is empty\nfatal: loose object aabb is corrupt'],
    ['UNKNOWN', 'fatal: something new'],
  ])('%s', (expected, stderr) => expect(code(stderr)).toBe(expected));

  it('is one line, without credentials, control characters or boilerplate', () => {
    const words = lastWords(
      'remote: \u001b[31mno\u202e\nfatal: https://me:s3cret@host/x is wrong\n\nPlease make sure you have the correct access rights\nand the repository exists.\n',
    );
    expect(words).toBe('remote:  [31mno; fatal: https://host/x is wrong');
  });

  it('O16.12 of a branch that a host refuses, it shows why', () => {
    const words = lastWords(
      "remote: reviewed requests only, see the wiki\nremote: or ask Bob\nTo https://me:s3cret@host/x\n ! [remote rejected] a -> a (pre-receive hook declined)\nerror: failed to push some refs to 'https://host/x'\n",
    );
    expect(words).toBe(
      '! [remote rejected] a -> a (pre-receive hook declined): reviewed requests only, see the wiki; or ask Bob',
    );
  });
});
