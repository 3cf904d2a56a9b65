// A question to the person at the terminal, before something that is not easily undone.
import { visibleText } from '../../documents/text/escape-text.ts';
import { CoordError } from '../../errors.ts';

/** True where somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** False off a terminal. */
export async function confirmed(question: string): Promise<boolean> {
  return canAsk() && /^y(es)?$/i.test(await answered(`${visibleText(question)} [y/N] `));
}

/**
 * What is seldom meant (ANOTHER_MACHINE) is done where it was asked for twice: with `--again`, or on a terminal, where a person is asked. Elsewhere it
 * is refused.
 */
export async function askedAgain<T>(again: boolean, act: (again: boolean) => Promise<T>, question: string): Promise<T> {
  try {
    return await act(again);
  } catch (error) {
    if (!(error instanceof CoordError) || error.code !== 'ANOTHER_MACHINE') throw error;
    if (!(await confirmed(`${error.message}. ${question}`))) throw error;
    return await act(true);
  }
}

/** Where somebody can be asked. */
export async function answered(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}
