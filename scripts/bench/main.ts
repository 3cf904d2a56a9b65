// Measures what was asked for, and prints one table.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentHook } from './agent-hook.ts';
import { answer } from './answer.ts';
import { bell } from './bell.ts';
import { bellRest } from './bell-rest.ts';
import { capacity } from './capacity.ts';
import { compact } from './compact.ts';
import { crowd } from './crowd.ts';
import { day } from './day.ts';
import { distribution } from './distribution.ts';
import { type Measured, partsOf, withMeasured, withParts } from './document-parts.ts';
import { drain } from './drain.ts';
import { edit } from './edit.ts';
import { heartbeat } from './heartbeat.ts';
import { describeMachine } from './here.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { mcp } from './mcp.ts';
import { page } from './page.ts';
import { pageLooks } from './page-looks.ts';
import { poll } from './poll.ts';
import { programs } from './programs.ts';
import { report } from './report.ts';
import { rest } from './rest.ts';
import type { Bench, Setting } from './row.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { renderTable } from './table.ts';
import { takeOver } from './take-over.ts';
import { trust } from './trust.ts';
import { workspaces } from './workspaces.ts';
import { year } from './year.ts';

const BENCHES: readonly Bench[] = [
  idle,
  report,
  crowd,
  heartbeat,
  distribution,
  takeOver,
  drain,
  capacity,
  start,
  agentHook,
  mcp,
  workspaces,
  history,
];
/** Take longer than all others; only when they are asked for. */
const LONG: readonly Bench[] = [
  compact,
  day,
  rest,
  edit,
  answer,
  poll,
  programs,
  bell,
  bellRest,
  page,
  pageLooks,
  year,
  scale,
  trust,
];

interface Asked extends Setting {
  readonly project: string;
  readonly only: readonly string[];
  readonly write: boolean;
}

const asked = JSON.parse(process.argv[2] ?? '{}') as Asked;
const unknown = asked.only.filter((name) => [...BENCHES, ...LONG].every((bench) => bench.name !== name));
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}: expected ${[...BENCHES, ...LONG].map((bench) => bench.name).join(', ')}`);
  process.exit(64);
}
const machine = describeMachine();
const measured: Measured[] = [];
let failures = 0;
const wanted = asked.only.length === 0 ? BENCHES : [...BENCHES, ...LONG].filter(({ name }) => asked.only.includes(name));
for (const bench of wanted) {
  process.stderr.write(`bench: ${bench.name}\n`);
  try {
    measured.push({ part: bench.name, rows: await bench.rows(asked) });
  } catch (error) {
    // The others may have taken minutes.
    failures += 1;
    console.error(error);
  }
}
console.log(`\n${renderTable(measured.flatMap(({ rows }) => rows))}\n\n${machine}${asked.quick ? '; --quick: less exact' : ''}`);
if (failures > 0) console.log(`${failures} could not be measured: see above`);
else if (asked.write) {
  const path = join(asked.project, 'docs', 'performance.md');
  const words = `${new Date().toISOString().slice(0, 10)}: ${machine}`;
  const document = readFileSync(path, 'utf8');
  writeFileSync(path, withParts(document, withMeasured(partsOf(document), measured, words)));
}
// Servers and writers of a bench that failed go with this process.
process.exit(failures > 0 ? 1 : 0);
