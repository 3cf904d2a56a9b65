import { describe, expect, test } from 'vitest';
import type { CommitTree } from '../../src/core/model/ledger/trees.ts';
import { type Fault, faultText } from '../../src/core/model/status/fault.ts';
import { renderMachineDocument } from '../../src/documents/machine/machine-document.ts';
import { renderResults } from '../../src/documents/machine/results.ts';
import { parseSnapshot } from '../../src/documents/snapshot/snapshot.ts';
import { view } from '../core/samples.ts';
import { textReader } from './text-reader.ts';

function tree(commit: string, files: Readonly<Record<string, string>>): CommitTree {
  const entries = Object.entries(files).map(([path, id]) => [path, { mode: '100644', id }] as const);
  return { commit, parent: null, message: 'edit\n', entries: new Map(entries) };
}

function machineFiles(machine: number, name: string, state: 'IDLE' | 'LEFT' = 'IDLE') {
  const { document, results } = view(machine, { document: { name, state } });
  return {
    [`COMPUTER_${machine}.md`]: renderMachineDocument(document, results),
    [`results/${machine}.json`]: renderResults(results),
  };
}

/** What a fleet of machine 1 mini and machine 2 pc says of these files of main. */
function faultsOf(files: Readonly<Record<string, string>>): readonly Fault[] {
  const lanes = new Map(
    [1, 2].map((machine) => [machine, tree(`lane-${machine}`, machineFiles(machine, machine === 1 ? 'mini' : 'PC'))]),
  );
  const main = tree('main', { 'ORDERS.json': '{"orders": []}', ...machineFiles(4, 'gone', 'LEFT'), ...files });
  return parseSnapshot({ main, board: null, lanes, claims: new Map() }, null, textReader, new Map(), null).faults;
}

const textsOf = (files: Readonly<Record<string, string>>) => faultsOf(files).map(faultText);
const AS_NUMBER = 'expected the number of a machine, or ALL';

describe('M3.6: messages of people that reach nobody', () => {
  test.each<[file: string, said: string]>([
    ['0_TO_pc.md', `messages/0_TO_pc.md: ${AS_NUMBER}: 0_TO_2.md for pc, found "0_TO_pc.md", which nobody reads`],
    ['0_TO_all.md', `messages/0_TO_all.md: ${AS_NUMBER}: 0_TO_ALL.md for all, found "0_TO_all.md", which nobody reads`],
    ['0_TO_2.txt', `messages/0_TO_2.txt: ${AS_NUMBER}: 0_TO_2.md for 2, found "0_TO_2.txt", which nobody reads`],
    ['0_TO_02.md', `messages/0_TO_02.md: ${AS_NUMBER}: 0_TO_2.md for 02, found "0_TO_02.md", which nobody reads`],
    ['0_to_2.md', `messages/0_to_2.md: ${AS_NUMBER}: 0_TO_2.md for 2, found "0_to_2.md", which nobody reads`],
    ['O-TO-pc.md', `messages/O-TO-pc.md: ${AS_NUMBER}: 0_TO_2.md for pc, found "O-TO-pc.md", which nobody reads`],
    ['0_TO_nas.md', `messages/0_TO_nas.md: ${AS_NUMBER}, as in 0_TO_2.md, found "0_TO_nas.md", which nobody reads`],
    ['0_TO_gone.md', `messages/0_TO_gone.md: ${AS_NUMBER}, as in 0_TO_2.md, found "0_TO_gone.md", which nobody reads`],
    ['0_TO_ pc .md', `messages: ${AS_NUMBER}: 0_TO_2.md for pc, found "0_TO_ pc .md", which nobody reads`],
    ['0_TO_\u202e.md', `messages: ${AS_NUMBER}, as in 0_TO_2.md, found "0_TO_\\\\u{202e}.md", which nobody reads`],
  ])('M3.6 %j is named, with the name that is read', (file, said) => {
    expect(textsOf({ [`messages/${file}`]: 'Hello' })).toEqual([said]);
  });

  test('M3.6 a message to a number that no machine has is named', () => {
    const said = 'messages/0_TO_9.md: expected a machine of this fleet, found that it reaches nobody: there is no machine 9';
    expect(textsOf({ 'messages/0_TO_9.md': 'Hello' })).toEqual([said]);
  });

  test.each<[file: string, said: string]>([
    ['0_TO_2.md', `${AS_NUMBER}, in messages/: messages/0_TO_2.md for 2, found "0_TO_2.md", which nobody reads`],
    ['0_to_pc.md', `${AS_NUMBER}, in messages/: messages/0_TO_2.md for pc, found "0_to_pc.md", which nobody reads`],
    ['0_TO_nas.md', `${AS_NUMBER}, in messages/, as in messages/0_TO_2.md, found "0_TO_nas.md", which nobody reads`],
  ])('M3.6 %j one folder too high is named, with the path that is read', (file, said) => {
    expect(textsOf({ [file]: 'Hello' })).toEqual([`${file}: ${said}`]);
  });

  test('M3.6 it stops nothing, so it is a warning', () => {
    const levels = faultsOf({ 'messages/0_TO_9.md': 'Hello', 'messages/0_TO_pc.md': 'Hello' }).map(({ level }) => level);
    expect(levels).toEqual(['warning', 'warning']);
  });

  test.each<[what: string, files: Readonly<Record<string, string>>]>([
    ['to a machine', { 'messages/0_TO_2.md': 'Hello' }],
    ['to all', { 'messages/0_TO_ALL.md': 'Hello' }],
    ['to a machine that has left: it may come back', { 'messages/0_TO_4.md': 'Hello' }],
    ['without a word', { 'messages/0_TO_9.md': '<!-- nothing yet -->\n' }],
  ])('M3.6 nothing is said of messages %s', (_, files) => {
    expect(textsOf(files)).toEqual([]);
  });

  test('M3.6 a machine whose document cannot be read is there', () => {
    const faults = faultsOf({ 'COMPUTER_5.md': 'x', 'messages/0_TO_5.md': 'Hello' });
    expect(faults.map(({ document }) => document)).toEqual(['COMPUTER_5.md']);
  });

  test.each([
    'messages/notes.md',
    'messages/pc_TO_0.md',
    'messages/x/0_TO_pc.md',
    'notes.md',
    'specs/0_TO_pc.txt',
  ])('D8 %s is nobody’s business', (path) => {
    expect(textsOf({ [path]: 'Hello' })).toEqual([]);
  });

  test('D8.7 a hundred are named, and the others counted', () => {
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`messages/0_TO_x${at}.md`, 'Hello']));
    const texts = textsOf(many);
    expect(texts).toHaveLength(101);
    expect(texts.at(-1)).toBe('messages: expected none of these, found 30 more 0_TO_… files that nobody reads');
  });
});
