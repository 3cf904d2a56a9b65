// coord cron, with a stand-in for crontab that stores a file, with the shell that cron starts, and with the real crontab where nobody's
// lines are at stake.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { cronTimes } from '../../src/documents/text/cron.ts';
import { parseDuration } from '../../src/documents/text/duration.ts';
import { cronStatus, cronSyncLine, everyMsFrom, installCron, removeCron } from '../../src/operations/service/cron-sync.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { cronFields, everyMsOf } from '../../src/system/service/cron-line.ts';
import { readCronPeriod } from '../../src/system/service/cron-period.ts';
import { lineOf, withLine } from '../../src/system/service/crontab.ts';
import { serviceName } from '../../src/system/service/service-name.ts';
import { CRONTAB, createPlace, type Place, removePlaces } from './caller-samples.ts';

afterEach(removePlaces);

const MAIN = '/opt/coord/dist/main.js';
const MINUTE_MS = 60_000;
const install = (place: Place, everyMs = 5 * MINUTE_MS) => installCron(place.world, place.root, MAIN, everyMs);

function withCrontab(text: string | Buffer | null, folder?: string, beside?: Place): Place {
  const place = createPlace(folder, beside);
  place.program('crontab', CRONTAB);
  if (text !== null) writeFileSync(place.path('tab'), text);
  return place;
}

const tab = (place: Place) => readFileSync(place.path('tab'));

describe('intervals', () => {
  const sayable = [
    '1m',
    '2m',
    '3m',
    '4m',
    '5m',
    '6m',
    '10m',
    '12m',
    '15m',
    '20m',
    '30m',
    '1h',
    '2h',
    '3h',
    '4h',
    '6h',
    '8h',
    '12h',
    '1d',
  ];

  test('whatever the offset, the pauses are all alike, as a reader of cron lines that is not ours sees them', () => {
    const from = Date.UTC(2026, 10, 20);
    fc.assert(
      fc.property(
        fc.constantFrom(...sayable),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (every, fraction) => {
          const everyMs = parseDuration(every) ?? 0;
          const fields = cronFields(everyMs, fraction);
          expect(everyMsOf(fields), fields).toBe(everyMs);
          const times = cronTimes(fields, 'UTC');
          if (!('nextAfter' in times)) throw new Error(fields);
          let at = times.nextAfter(from) ?? 0;
          expect(at - from).toBeLessThanOrEqual(everyMs);
          for (let count = 0; count < Math.min(70, 2 + 86_400_000 / everyMs); count += 1) {
            const next = times.nextAfter(at) ?? 0;
            expect(next - at, fields).toBe(everyMs);
            at = next;
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    ['7m', '6m and 10m'],
    ['90m', '1h and 2h'],
    ['45s', '1m'],
    ['2d', '1d'],
    ['5h', '4h and 6h'],
    ['90s', '1m and 2m'],
  ])('%s is refused with the nearest: %s', (every, nearest) => {
    const { world, root } = createPlace();
    expect(() => cronSyncLine(world, root, MAIN, everyMsFrom(every))).toThrow(`the nearest ${nearest}`);
  });

  test.each(['', '0', '0m', 'often', '-5m', '5 m'])('%j is no interval', (every) => {
    expect(() => everyMsFrom(every)).toThrow('expected a length of time');
  });

  test('fields that somebody has changed are not taken for ours', () => {
    for (const fields of ['*/5 * * * *', '0 9-17 * * *', '7-59/7 * * * *', '0 0 1 * *', '0,30 * * * *', '', '@hourly'])
      expect(everyMsOf(fields), fields).toBeNull();
  });
});

describe('the crontab', () => {
  const THEIRS = Buffer.from([
    ...Buffer.from('# mine: ü\nMAILTO=""\n\n0 3 * * * backup\t\r\n#7 * * * * old # coord-x\n@reboot é'),
    0xff,
    0xfe,
    10,
  ]);

  test('gets one line: a second install changes its interval and keeps its offset; the rest is untouched', async () => {
    const place = withCrontab(THEIRS);
    const first = await install(place);
    expect(first.outcome).toBe('installed');
    expect(first.line).toMatch(/^2-59\/5 \* \* \* \* PATH=/);
    expect(tab(place)).toEqual(Buffer.concat([THEIRS, Buffer.from(`${first.line}\n`)]));
    place.calls();
    place.world.random.fraction = () => 0.9;
    expect((await install(place)).outcome).toBe('unchanged');
    expect(place.calls()).toEqual(['crontab -l']);
    const second = await install(place, 30 * MINUTE_MS);
    expect(second.line).toMatch(/^27-59\/30 /);
    expect(tab(place)).toEqual(Buffer.concat([THEIRS, Buffer.from(`${second.line}\n`)]));
    expect(await cronStatus(place.world, place.root)).toMatchObject({ line: second.line, everyMs: 30 * MINUTE_MS });
    writeFileSync(place.path('tab'), Buffer.concat([tab(place), Buffer.from('1 1 * * * later\n')]));
    await install(place);
    expect(
      tab(place)
        .toString()
        .endsWith(`# ${serviceName(place.root)}\n1 1 * * * later\n`),
    ).toBe(true);
    expect((await removeCron(place.world, place.root)).outcome).toBe('removed');
    expect(tab(place)).toEqual(Buffer.concat([THEIRS, Buffer.from('1 1 * * * later\n')]));
    expect((await removeCron(place.world, place.root)).outcome).toBe('not there');
  });

  test('H2 tells the machine its period, and takes it back with the line', async () => {
    const place = withCrontab(null);
    const folder = fleetFolderAt(place.root);
    expect(readCronPeriod(folder)).toBeNull();
    await install(place);
    expect(readCronPeriod(folder)).toBe(5 * MINUTE_MS);
    await install(place, 10 * MINUTE_MS);
    expect(readCronPeriod(folder)).toBe(10 * MINUTE_MS);
    await removeCron(place.world, place.root);
    expect(readCronPeriod(folder)).toBeNull();
  });

  test.each([
    '',
    'null',
    '[]',
    '{"everyMs": "5m"}',
    '{"everyMs": -1}',
  ])('H2 a file that says no period counts as none: %j', (text) => {
    const { root } = createPlace();
    writeFileSync(fleetFolderAt(root).cron, text);
    expect(readCronPeriod(fleetFolderAt(root))).toBeNull();
  });

  test('is made where there was none, and goes again with its only line', async () => {
    const place = withCrontab(null);
    await install(place);
    expect(tab(place).toString().split('\n')).toHaveLength(2);
    await removeCron(place.world, place.root);
    expect(existsSync(place.path('tab'))).toBe(false);
  });

  test('a line commented out is off, and stays; one that was changed, or is their own, is seen', async () => {
    const place = withCrontab('#5 * * * * x # coord-fleet-01234567\n');
    const { line } = await install(place);
    writeFileSync(place.path('tab'), `#${line}\n`);
    expect((await cronStatus(place.world, place.root)).line).toBeNull();
    await install(place);
    expect(tab(place).toString().split('\n')).toHaveLength(3);
    writeFileSync(place.path('tab'), `0 9-17 * * * ${line?.split(' ').slice(5).join(' ')}\n`);
    expect(await cronStatus(place.world, place.root)).toMatchObject({ everyMs: null, line: expect.stringContaining('9-17') });
    expect((await install(place)).outcome).toBe('replaced');
    writeFileSync(place.path('tab'), `* * * * * cd ${place.root} && coord sync\n# * * * * * cd ${place.root} && coord sync\n`);
    expect(await cronStatus(place.world, place.root)).toMatchObject({
      line: null,
      other: `* * * * * cd ${place.root} && coord sync`,
    });
  });

  test('two fleets of one person have a line each, whoever comes and goes, also at once', async () => {
    const mine = withCrontab(THEIRS);
    const other = withCrontab(THEIRS, `my "fleet" of 100% 'tests'`, mine);
    const [one, two] = await Promise.all([install(mine), install(other)]);
    expect(tab(mine).toString()).toContain(`${one?.line}\n`);
    expect(tab(mine).toString()).toContain(`${two?.line}\n`);
    await Promise.all([removeCron(mine.world, mine.root), removeCron(other.world, other.root)]);
    expect(tab(mine)).toEqual(THEIRS);
  });

  test('what cannot be read is never taken for an empty one, and what was not taken is told', async () => {
    const place = withCrontab(THEIRS);
    place.program('crontab', 'echo "You (me) are not allowed to use this program (crontab)" >&2; exit 1');
    await expect(install(place)).rejects.toThrow('crontab -l: You (me) are not allowed');
    place.program('crontab', '[ "$1" = -l ] && { echo "a bad one"; exit 0; }; cat > /dev/null; exit 0');
    await expect(install(place)).rejects.toThrow('it holds something else now');
    place.program('crontab', '[ "$1" = -l ] && exit 0; echo "errors in crontab file, can\'t install" >&2; exit 1');
    await expect(install(place)).rejects.toThrow("errors in crontab file, can't install");
    expect(tab(place)).toEqual(THEIRS);
  });

  test('there is none on this computer: the ways out are named', async () => {
    const place = createPlace();
    place.world.env.PATH = place.path('bin');
    await expect(install(place)).rejects.toMatchObject({
      message: expect.stringContaining('no crontab on this computer'),
      hint: expect.stringContaining('coord service install'),
    });
    expect(await cronStatus(place.world, place.root)).toEqual({
      line: null,
      everyMs: null,
      other: null,
      hasCrontab: false,
      log: '',
    });
  });

  test('any text comes back as it was', () => {
    const name = 'coord-x-01234567';
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\n', '\r', ' ', '#', 'a', ' # coord-y', '\u00ff', '* '), { maxLength: 30 }),
        (parts) => {
          const text = `${parts.join('')}\n`;
          const changed = withLine(text, name, `* * * * * x # ${name}`);
          expect(lineOf(changed, name)).toBe(`* * * * * x # ${name}`);
          expect(withLine(changed, name, null)).toBe(text);
        },
      ),
    );
  });
});

describe('what cron starts', () => {
  /** As cron does: bare % are line breaks, the rest goes to sh with little around it. */
  function runAsCron(line: string, place: Place): void {
    const command = line
      .split(' ')
      .slice(5)
      .join(' ')
      .replaceAll(/(?<!\\)%/g, '\n')
      .replaceAll('\\%', '%');
    const env = { HOME: place.home, LOGNAME: 'me', PATH: '/usr/bin:/bin', SHELL: '/bin/sh' };
    const done = spawnSync('/bin/sh', ['-c', command], { env, cwd: '/', encoding: 'utf8' });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', '']);
  }

  test('the shell hands on every word as it is, and what went wrong lies in the log until the next time', () => {
    const place = createPlace(`a "b" 'c' 100% %d $HOME \`id\` ü; # & * \\ !`);
    Object.assign(place.world.env, { COORD_HOME: 'set', CODEX_HOME: '/da ta/50%', CLAUDE_CONFIG_DIR: '' });
    const main = place.path("it's main.mjs");
    const said = 'JSON.stringify([process.argv.slice(2), process.env])';
    writeFileSync(main, `const text = ${said}; console.log(text); console.error(text);`);
    const line = cronSyncLine(place.world, place.root, main, 5 * MINUTE_MS);
    runAsCron(line, place);
    runAsCron(line, place);
    const log = readFileSync(join(place.root, '.coord', 'cron.log'), 'utf8');
    const [args, env] = JSON.parse(log) as [string[], Record<string, string>];
    expect(args).toEqual(['--dir', place.root, 'sync']);
    expect(env.PATH?.split(':')).toEqual(expect.arrayContaining(['/usr/local/bin', '/usr/bin', '/bin']));
    expect(env).toMatchObject({ COORD_HOME: place.world.home, CODEX_HOME: '/da ta/50%' });
    expect(env).not.toHaveProperty('CLAUDE_CONFIG_DIR');
  });

  test('what cron cannot say is refused, with the line where it is too long', () => {
    const place = createPlace();
    expect(() => cronSyncLine(place.world, `${place.root}\n* * * * * evil`, MAIN, MINUTE_MS)).toThrow('no service file can say');
    expect(() => cronSyncLine(place.world, `/${'x'.repeat(450)}`, MAIN, MINUTE_MS)).toThrow('too long for cron');
  });
});

/** The real one, where the person that runs this has no crontab whose lines could be lost. */
const real = spawnSync('crontab', ['-l'], { env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8' });
test.skipIf(real.error !== undefined || !/no crontab/i.test(real.stderr))(
  'the real crontab takes the line and gives it up',
  async () => {
    const place = createPlace(`a 'b' 100%`);
    place.world.env.PATH = process.env.PATH ?? '';
    mkdirSync(place.world.home, { recursive: true });
    chmodSync(place.world.home, 0o700);
    try {
      const { line } = await install(place);
      expect(await cronStatus(place.world, place.root)).toMatchObject({ line, everyMs: 5 * MINUTE_MS });
    } finally {
      expect((await removeCron(place.world, place.root)).outcome).toBe('removed');
    }
    expect(spawnSync('crontab', ['-l'], { encoding: 'utf8' }).stdout).toBe('');
    rmSync(place.root, { recursive: true });
  },
);
