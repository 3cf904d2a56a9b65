// L6: what a local service may use of its computer, and what is done where it uses more. The last tests watch real processes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { endSupervised, supervised, until } from './supervised.ts';

afterAll(endSupervised);

describe('L6 real processes', () => {
  const burns = 'while :; do :; done & while :; do :; done';

  const lines = (then: string) => `instances:
  burns: { command: ${JSON.stringify(burns)}, limits: { cpu_percent: 20, for: 1s, then: ${then} } }
  rests: { command: "exec sleep 60", limits: { cpu_percent: 20, memory_mb: 400, for: 1s, then: ${then === 'throttle' ? 'call' : then} } }
`;

  test('L6.3 the new process is judged by what it uses itself, and not by what the one before it used', async () => {
    const it = supervised();
    const [file, mark] = [join(it.home, 'takes-once.mjs'), join(it.home, 'has-taken')];
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
       if (!existsSync(${JSON.stringify(mark)})) {
         globalThis.taken = Buffer.alloc(300e6, 1);
         writeFileSync(${JSON.stringify(mark)}, String(process.pid));
       }
       setInterval(() => {}, 1000);`,
    );
    const command = JSON.stringify([process.execPath, file]);
    it.save(`instances:\n  once: { command: ${command}, limits: { memory_mb: 200, for: 1s, then: restart } }\n`);
    await it.begin();
    // Of the first, which may be gone by the time that it is looked at.
    const pid = () => (existsSync(mark) ? Number(readFileSync(mark, 'utf8')) : 0);
    await until('it took too much', () => pid() > 0);
    await until('another runs', () => it.of('once')?.state === 'ONLINE' && it.of('once')?.pid !== pid());
    const second = it.of('once')?.pid;
    // Long enough for the next looks.
    await until('it was looked at', () => Date.now() - Date.parse(it.of('once')?.since ?? '') > 3_000);
    expect(it.of('once')).toMatchObject({ state: 'ONLINE', pid: second, givenUp: false });
    expect(it.log.filter((line) => line.includes('it is started again'))).toHaveLength(1);
  });

  test('one that is throttled runs on behind all others', async () => {
    const it = supervised();
    it.save(lines('throttle'));
    await it.begin();
    const priorities = () => it.processes('burns').map((pid) => getPriority(pid));
    await until('all of it has the lowest priority', () => priorities().length > 1 && priorities().every((one) => one === 19));
    await until('it says so', () => it.of('burns')?.detail?.includes('others come before it now') === true);
    expect(it.of('burns')).toMatchObject({ state: 'ONLINE' });
  });
});
