// Floods of templates (O20) and of triggers (O19).
import { AT, compact, type Flood, filled, forge, versions } from './flood-parts.ts';

const template = (name: string, steps: number, prompt: string) =>
  `templates:\n  ${name}:\n    with: { p: null }\n    steps:\n${Array.from({ length: steps }, (_, at) => `      - { id: s${at}, assign: 9, agent: claude, prompt: "${prompt}" }\n`).join('')}`;
const watched = [
  ...Array.from({ length: 4_500 }, (_, at) => ({ id: `w${at}`, assign: 10 + (at % 6), run: 'false' })),
  ...Array.from({ length: 4_500 }, (_, at) => ({ id: `t${at}`, assign: 9, run: 'true', on: { failed: `w${at}` } })),
];
const failedRun = (order: string) => ({
  order,
  generation: 1,
  attempt: 1,
  state: 'FAILED',
  exitCode: 1,
  startedAt: AT,
  finishedAt: AT,
});

export const TEMPLATE_FLOODS: readonly Flood[] = [
  {
    name: '9,000 orders that take a template of 100 steps',
    lay(world, canary) {
      world.person({ 'fleet.yaml': template('t', 100, 'p: {{p}}') });
      compact(world, [...Array.from({ length: 9_000 }, (_, at) => ({ id: `o${at}`, use: 't', with: { p: 'a' } })), canary]);
    },
  },
  {
    name: '90 orders that take a template, with 60 KB in its place of each step',
    lay(world, canary) {
      world.person({ 'fleet.yaml': template('t', 100, '{{p}}{{p}}{{p}}{{p}}{{p}}{{p}}{{p}}{{p}}') });
      compact(world, [
        ...Array.from({ length: 90 }, (_, at) => ({ id: `o${at}`, use: 't', with: { p: filled('a', 10_000) } })),
        canary,
      ]);
    },
  },
  {
    name: '190 versions of a template of 60 KiB',
    lay(world, canary) {
      const texts = Array.from({ length: 190 }, (_, at) => `# ${at}\n${template('t', 100, filled('{{p}} ', 480))}`);
      versions(world, 'fleet.yaml', texts);
      compact(world, [...Array.from({ length: 90 }, (_, at) => ({ id: `o${at}`, use: 't', with: { p: 'a' } })), canary]);
    },
  },
  {
    name: '4,500 triggers that wait for the failure of any of 4,500 orders, which forged lanes tell',
    before: (world) => world.person({ 'ORDERS.json': JSON.stringify({ orders: watched }) }),
    lay(world, canary) {
      const head = (machine: number) => `{"machine":${machine},"running":[],"waiting":[],"ended":[],"before":[],"older":[`;
      const runs = watched.filter(({ run }) => run === 'false').map(({ id }) => JSON.stringify(failedRun(id)));
      for (let machine = 10; machine < 16; machine += 1)
        forge(world, machine, { [`results/${machine}.json`]: `${head(machine)}${runs.join(',')}]}` });
      compact(world, [canary, ...watched]);
    },
  },
  {
    name: '8,000 triggers that wait for each other',
    lay: (world, canary) =>
      compact(world, [
        ...Array.from({ length: 8_000 }, (_, at) => ({ id: `o${at}`, run: 'true', on: { failed: `o${(at + 1) % 8_000}` } })),
        canary,
      ]),
  },
];
