// Notes of people in COMPUTER_N.md: typed on the host, or in the projection of the machine.
import { describe, expect, test } from 'vitest';
import { parseMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MAIN = 'refs/heads/main';
const PATH = 'COMPUTER_1.md';

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

async function notes(world: World, ref = MAIN): Promise<string | undefined> {
  return parseMachineDocument((await world.text(PATH, ref)) ?? '', PATH).value?.notes;
}

/** A person edits the page on the host. */
async function type(world: World, text: string): Promise<void> {
  const page = (await world.text(PATH)) ?? '';
  world.person({ [PATH]: page.replace(/<!-- notes -->[\s\S]*<!-- \/notes -->/, `<!-- notes -->\n${text}\n<!-- /notes -->`) });
}

/** A person edits the notes in this machine's projection. */
function save(machine: SimMachine, text: string): void {
  machine.disk.state = { ...machine.state(), notes: text };
}

const result = (world: World) => world.orders([{ id: 'a', assign: 1, run: 'true' }]);

describe('D1: notes that a person types on the host are taken by their machine', () => {
  test('D1 they are kept by its next push, and its lane says them', async () => {
    const { world, one } = await two();
    await type(world, 'The fan is loud.\n\nAsk Ann.');
    result(world);
    await quiet(world);
    expect(await notes(world)).toBe('The fan is loud.\n\nAsk Ann.');
    expect(await notes(world, 'refs/coord/machines/1')).toBe('The fan is loud.\n\nAsk Ann.');
    expect(one.state().notes).toBe('The fan is loud.\n\nAsk Ann.');
    await type(world, '');
    await quiet(world);
    expect(await notes(world)).toBe('');
    expect(one.state().notes).toBe('');
  });

  test('D1 another machine that folds first leaves them alone', async () => {
    const { world, one, other } = await two();
    await type(world, 'The fan is loud.');
    world.orders([{ id: 'a', assign: 2, run: 'true' }]);
    expect((await other.cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await notes(world)).toBe('The fan is loud.');
    await one.cycle();
    await quiet(world);
    expect(await notes(world)).toBe('The fan is loud.');
    expect(await notes(world, 'refs/coord/machines/1')).toBe('The fan is loud.');
  });

  test('D1 beside something else that was typed into the document, that alone is overwritten', async () => {
    const { world, one } = await two();
    await type(world, 'The fan is loud.');
    world.person({ [PATH]: (await world.text(PATH))?.replace('name: m1', 'name: hacked') ?? null });
    await one.cycle();
    expect(await world.text(PATH)).toMatch(/^name: m1$/m);
    expect(await notes(world)).toBe('The fan is loud.');
  });

  test('D1 a board that lags shows older notes, and they are no news', async () => {
    const { world, one } = await two();
    save(one, 'first');
    await quiet(world);
    expect(await notes(world)).toBe('first');
    // Main moves before the push arrives: the lane lands, the fold does not.
    for (const text of ['second', 'third']) {
      save(one, text);
      one.line.beforePush = async () => world.person({ 'elsewhere.txt': text });
      expect((await one.cycle()).push).toMatchObject({ lane: 'accepted', main: 'refused' });
      expect(await notes(world)).toBe('first');
    }
    await quiet(world);
    expect(await notes(world)).toBe('third');
    expect(one.state().notes).toBe('third');
  });

  test('D1 typed here and there at once: both are kept', async () => {
    const { world, one } = await two();
    await type(world, 'from the host');
    save(one, 'from here');
    await quiet(world);
    expect(await notes(world)).toBe('from the host\n\nfrom here');
    await type(world, 'all read');
    await quiet(world);
    expect(await notes(world)).toBe('all read');
  });

  test('D1, C3: killed after it took them, it goes on; at rest it writes nothing', async () => {
    const { world, one } = await two();
    await type(world, 'from the host');
    save(one, 'from here');
    expect(await one.killedCycle((step) => step === 'composed')).toBe(true);
    await quiet(world);
    expect(await notes(world)).toBe('from the host\n\nfrom here');
    const saves = one.calls.save;
    expect((await one.cycle()).push).toBeNull();
    expect(one.calls.save).toBe(saves);
  });
});
