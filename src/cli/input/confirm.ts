// A question to the person at the terminal, before something that is not easily undone.
import { visibleText } from '../../documents/text/escape-text.ts';

/** True where somebody can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** False off a terminal. */
export async function confirmed(question: string): Promise<boolean> {
  return canAsk() && /^y(es)?$/i.test(await answered(`${visibleText(question)} [y/N] `));
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
