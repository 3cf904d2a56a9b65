// Measures one flood by its place in the list, and prints it as JSON: scripts/attacks.mjs starts a process for each, so that none has the
// memory of another. Without a number: how many there are.
import { FLOODS } from './floods.ts';
import { measure } from './measure.ts';

const flood = FLOODS[Number(process.argv[2])];
if (flood === undefined) console.log(JSON.stringify(FLOODS.map(({ name, takes }) => ({ name, takes: takes ?? null }))));
else console.log(JSON.stringify(await measure(flood)));
