// An agent for which this computer has no file left cannot be asked: that ends nothing else.
import { expect, test, vi } from 'vitest';
import { ask } from '../../../src/features/agents/adapters/ask.ts';
import { askAgent } from '../../../src/features/agents/adapters/ask-agent.ts';
import { expectNothingUncaught } from '../../system/no-files-left.ts';

vi.mock('node:child_process', async (original) => (await import('../../system/no-files-left.ts')).withoutFiles(original));
expectNothingUncaught();

test('H3.4 an agent that is looked for counts as not there', async () => {
  expect(await ask('agent', ['--version'], {}, 1000)).toEqual({ code: null, stdout: '', stderr: '' });
});

test('H3.4 one that is asked is an error to whoever asks', async () => {
  const asked = askAgent('main.js', { request: {}, cwd: '/', env: {}, onLine() {} } as never);
  await expect(asked).rejects.toMatchObject({ code: 'EMFILE' });
});
