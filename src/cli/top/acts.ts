// What is done from `coord top` is done by the very commands that one would type: their words come back, for the notice at the bottom.
// Not in the file that the build makes of the rest (scripts/build.mjs): here are the commands themselves.
import { visibleText } from '../../documents/text/escape-text.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { Paint } from '../output/paint.ts';
import type { Notice, Wish } from './state.ts';

const same = (text: string) => text;
/** Of its own: an import that only this shares with the start of the program would give every command one more file to load. */
const NONE: Paint = { bold: same, dim: same, inverse: same, red: same, green: same, yellow: same, cyan: same };

/** Neither of them throws. */
export interface Commands {
  /** `self`: this machine; null = not known. */
  act(wish: Wish, self: number | null): Promise<Notice>;
  /** The words of `coord order show`. */
  describe(order: string): Promise<readonly string[]>;
}

export function createCommands(context: Context): Commands {
  return {
    act: (wish, self) => act(context, wish, self),
    async describe(order) {
      const { run } = await import('../commands/orders/order-show.ts');
      return (await quietly(context, (quiet) => run(quiet, order, {}))).lines;
    },
  };
}

async function act(context: Context, wish: Wish, self: number | null): Promise<Notice> {
  return quietly(context, async (quiet) => {
    switch (wish.kind) {
      case 'cancel':
        return (await import('../commands/orders/order-change.ts')).cancel(quiet, [wish.order], {});
      case 'approve':
        return (await import('../commands/orders/approve-resolve.ts')).approve(quiet, [wish.order], {});
      case 'retry':
        return (await import('../commands/orders/order-change.ts')).retry(quiet, [wish.order], {});
      case 'pause':
      case 'resume': {
        const command = (await import('../commands/machines/pause.ts'))[wish.kind];
        // Of this machine its owner speaks, as `coord pause` without a machine does.
        const named = wish.machine === null || wish.machine === self ? null : String(wish.machine);
        return command(quiet, named, wish.machine === null ? { fleet: true } : {});
      }
      case 'send':
        // Two words, so that a dash is a dash and not standard input.
        return (await import('../commands/messages/send.ts')).run(quiet, wish.to, [wish.body, ''], { priority: 'normal' });
      case 'sync':
        return (await import('../commands/look/sync.ts')).run(quiet, {});
    }
  });
}

/** Runs a command with nothing written to the terminal. Never throws. */
async function quietly(context: Context, command: (quiet: Context) => Promise<number>): Promise<Notice> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(visibleText(line));
  const quiet: Context = {
    ...context,
    isTerminal: false,
    paint: NONE,
    out: say,
    note: say,
    busy: (_what, work) => work,
  };
  try {
    await command(quiet);
    return { lines, isTrouble: false };
  } catch (error) {
    return { lines: [...lines, sentence(error)], isTrouble: true };
  }
}

function sentence(error: unknown): string {
  if (!(error instanceof CoordError)) return visibleText(errorMessage(error));
  return visibleText(error.hint === null ? error.message : `${error.message}; try: ${error.hint}`);
}
