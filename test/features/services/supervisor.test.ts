import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../e2e/fleet.ts';
import { endSupervised, freePorts, STAND_IN, standIn, supervised, until } from './supervised.ts';

afterAll(endSupervised);

/** They wait most of their time. */
describe('L2 programs of a machine', () => {
  test.concurrent('L1 the example: six programs come up in order, outlive their supervisor, and are found by the next', async () => {
    const it = supervised();
    const ports = await freePorts(5);
    const programs = join(it.home, 'programs');
    mkdirSync(programs);
    for (const name of ['builder', 'reviewer', 'memory', 'speech', 'board'])
      writeFileSync(join(programs, `${name}.js`), `process.argv[2] = process.env.PORT; import(${JSON.stringify(STAND_IN)})`);
    writeFileSync(join(programs, 'agent.js'), 'require("fs").writeFileSync("agent.ready", ""); setInterval(() => {}, 1000)');
    let text = readFileSync(new URL('../../../templates/instances.yaml', import.meta.url), 'utf8').replaceAll(
      '~/programs',
      programs,
    );
    for (const [at, port] of [8001, 8004, 7777, 6000, 5000].entries())
      text = text
        .replace(`    port: ${port}\n`, `    port: ${ports[at]}\n    env: { PORT: ${ports[at]} }\n`)
        .replaceAll(`tcp: ${port}`, `tcp: ${ports[at]}`)
        .replaceAll(`:${port}/`, `:${ports[at]}/`);
    it.save(text.replace('    env: { MEMORY_MB: 512 }\n', ''));
    await it.begin();
    await until('all are ONLINE', () => it.programs().length === 6 && it.programs().every(({ state }) => state === 'ONLINE'));
    const begun = it.programs();
    expect(begun.map(({ name }) => name)).toEqual(['builder', 'reviewer', 'memory', 'speech', 'board', 'agent']);
    expect(begun.map(({ since }) => since)).toEqual(begun.map(({ since }) => since).sort());
    expect(begun[0]).toMatchObject({ port: ports[0], specialties: ['build', 'test'], capacity: 2, managed: true, detail: null });
    await it.end();
    const living = () => begun.map(({ name }) => it.processes(name));
    const processes = living();
    expect(begun.every(({ pid }, at) => processes[at]?.includes(pid ?? 0))).toBe(true);
    await it.begin();
    expect(it.programs()).toEqual(begun);
    expect(living()).toEqual(processes);
    expect(it.logOf('builder')).toBe(`listens on ${ports[0]}\n`);
  });

  test.concurrent('L4 a killed one comes again, never twice; one that fails at once is given up and holds up nobody', async () => {
    const it = supervised();
    const [port = 0] = await freePorts(1);
    it.save(`instances:
  fails: { command: "echo no; exit 3" }
  nowhere: { command: "true", cwd: ${it.home}/none }
  serves: { command: ${standIn(port)}, port: ${port} }
`);
    await it.begin();
    await until('it serves', () => it.of('serves')?.state === 'ONLINE');
    const { pid } = it.of('serves') ?? {};
    process.kill(pid ?? 0, 'SIGKILL');
    await until('it has crashed', () => it.of('serves')?.state === 'CRASHED');
    expect(it.of('serves')?.detail).toBe('ended by SIGKILL; started again after 1 s');
    await until('it serves again', () => it.of('serves')?.state === 'ONLINE');
    expect(it.of('serves')?.pid).not.toBe(pid);
    expect(it.processes('serves')).toEqual([it.of('serves')?.pid]);
    await until('the others are given up', () => ['fails', 'nowhere'].every((name) => it.of(name)?.givenUp === true));
    expect(it.of('fails')).toMatchObject({ state: 'CRASHED', failures: 4, pid: null });
    expect(it.of('fails')?.detail).toContain('ended with exit code 3; gave up after 3 restarts');
    expect(it.of('nowhere')?.detail).toContain('its folder (cwd) does not exist');
    expect(it.logOf('fails')).toBe('no\nno\nno\nno\n');
    expect(it.log.filter((line) => line.includes('gave up after'))).toHaveLength(2);
    // The next daemon does not begin anew with that.
    await it.begin();
    expect(it.of('fails')).toMatchObject({ givenUp: true, pid: null });
  });

  test.concurrent('L3 a health check that hangs or fails makes its program DEGRADED, and keeps nobody else waiting', async () => {
    const it = supervised();
    const [hangs = 0, fine = 0, later = 0] = await freePorts(3);
    const health = '{ http: /, every: 1s }';
    it.save(`instances:
  hangs: { command: ${standIn(hangs, 'hangs')}, port: ${hangs}, health: { http: /, timeout: 200ms }, start_time: 1s }
  command: { command: sleep 1000, health: { command: "echo $$ > checked; exec sleep 1000", timeout: 100ms }, start_time: 1s, cwd: ${it.home} }
  fine: { command: ${standIn(fine)}, port: ${fine}, health: ${health}, cwd: ${it.home} }
  watched: { managed: false, port: ${later}, health: ${health} }
`);
    await it.begin();
    await until('one is fine', () => it.of('fine')?.state === 'ONLINE');
    await until('the others are not', () => ['hangs', 'command'].every((name) => it.of(name)?.state === 'DEGRADED'));
    expect(it.of('hangs')).toMatchObject({ state: 'DEGRADED', detail: 'its health check did not answer within 0.2 s' });
    expect(it.of('command')).toMatchObject({ state: 'DEGRADED', detail: 'its health check did not answer within 0.1 s' });
    // Between two of them none is left.
    const checked = () => Number(readFileSync(join(it.home, 'checked'), 'utf8'));
    await until('what a check began is ended', () => checked() > 0 && !isAlive(checked()));
    writeFileSync(join(it.home, `${fine}.ill`), '');
    await until('it is ill', () => it.of('fine')?.state === 'DEGRADED');
    expect(it.of('fine')?.detail).toBe(`127.0.0.1:${fine} answered 500`);
    rmSync(join(it.home, `${fine}.ill`));
    await until('it is well again', () => it.of('fine')?.state === 'ONLINE');
    expect(it.of('watched')).toMatchObject({ state: 'OFFLINE', managed: false, pid: null });
    const server = createServer((_request, answer) => answer.end()).listen(later, '127.0.0.1');
    await until('somebody started it', () => it.of('watched')?.state === 'ONLINE');
    server.closeAllConnections();
    server.close();
    await until('it is gone', () => it.of('watched')?.state === 'OFFLINE');
  });

  test.concurrent('L4 a port that is taken, and a program that runs on by itself', async () => {
    const it = supervised();
    const [taken = 0, away = 0] = await freePorts(2);
    const server = createServer((_request, answer) => answer.end()).listen(taken, '127.0.0.1');
    it.save(`instances:
  taken: { command: ${standIn(taken)}, port: ${taken} }
  away: { command: ${standIn(away, 'away')}, port: ${away} }
`);
    await it.begin();
    await until('it is said', () => it.of('taken')?.detail?.startsWith(`port ${taken} is taken`) === true);
    expect(it.of('taken')).toMatchObject({ state: 'CRASHED', pid: null });
    expect(it.processes('taken')).toEqual([]);
    server.close();
    await until('it came up', () => it.of('taken')?.state === 'ONLINE');
    await until('it is seen', () => it.of('away')?.givenUp === true);
    expect(it.of('away')).toMatchObject({ state: 'DEGRADED', detail: expect.stringContaining('use managed: false') });
    expect(it.processes('away')).toHaveLength(1);
    it.wish('away', { want: 'stopped', restart: false });
    await until('that is ended too', () => it.processes('away').length === 0);
  });

  test.concurrent('L2 what is saved is taken: what changed starts anew, what is gone is ended; a bad file ends nothing', async () => {
    const it = supervised();
    const save = (first: string, second: string) => it.save(`instances:\n  first: ${first}\n  second: ${second}\n`);
    save('{ command: sleep 1001 }', '{ command: sleep 1002 }');
    await it.begin();
    const areOnline = () => it.programs().length === 2 && it.programs().every(({ state }) => state === 'ONLINE');
    await until('both run', areOnline);
    const pids = () => it.programs().map(({ pid }) => pid);
    const [first, second] = pids();
    save('{ command: sleep 1001, capacity: 3, specialties: [x] }', '{ command: sleep 1003 }');
    await until('one was started anew', () => it.of('second')?.pid !== second && areOnline());
    expect(it.of('first')).toMatchObject({ pid: first, capacity: 3, specialties: ['x'] });
    const changed = it.of('second')?.pid ?? 0;
    expect(isAlive(second ?? 0)).toBe(false);
    for (const wrong of ['instances: [', 'instances:\n  first: { command: 1 }\n  second: { port: x }\n']) {
      const before = it.log.length;
      it.save(wrong);
      await until('it is said', () => it.log.slice(before).some((line) => line.includes('instances.yaml line')));
      expect(pids()).toEqual([first, changed]);
    }
    // Also for a daemon that begins with it.
    await it.begin();
    expect(pids()).toEqual([first, changed]);
    it.save('instances:\n  second: { command: sleep 1003 }\n');
    await until('one is gone', () => !isAlive(first ?? 0));
    await until('it is not listed', () => it.programs().length === 1);
    it.save(null);
    await until('all are gone', () => !isAlive(changed) && it.programs().length === 0);
  });

  test.concurrent('L2 what a person stopped stays so with the next daemon; a restart is done once', async () => {
    const it = supervised();
    it.save('instances:\n  first: { command: sleep 1001 }\n');
    await it.begin();
    await until('it runs', () => it.of('first')?.state === 'ONLINE');
    const { pid } = it.of('first') ?? {};
    it.wish('first', { want: 'stopped', restart: false });
    await until('it has ended', () => !isAlive(pid ?? 0));
    await it.begin();
    expect(it.of('first')).toMatchObject({ state: 'OFFLINE', detail: 'stopped by a person', pid: null });
    it.wish('first', { want: 'running', restart: true });
    await until('it runs', () => it.of('first')?.state === 'ONLINE');
    const [again, processes] = [it.of('first')?.pid, it.processes('first')];
    await it.begin();
    expect(it.of('first')).toMatchObject({ state: 'ONLINE', pid: again });
    expect(it.processes('first')).toEqual(processes);
    expect(processes).toContain(again);
  });
});
