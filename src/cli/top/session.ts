// `coord top` without its terminal: what is seen, what one is at, what is being done. Draws when asked; says when there is cause to.
import { errorMessage } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { Commands } from './acts.ts';
import { type Frame, frameOf, type Size } from './frame.ts';
import { openEyes, type Sight } from './frame-state.ts';
import { lookInto } from './look.ts';
import { type Looked, sameLook } from './look-lines.ts';
import type { Key } from './prompt.ts';
import { type Drawn, drawnOf, press } from './reducer.ts';
import { type LookAt, START, type State, type Wish, wishWords } from './state.ts';

export interface Session {
  frame(size: Size): Frame;
  /** What was typed at once. False = one wants to quit. */
  keys(keys: readonly Key[], size: Size): boolean;
  /** Looks at the files again; never twice at a time. */
  look(): Promise<void>;
  /** What is being done; null = nothing. */
  underWay(): { readonly what: string; readonly done: Promise<void> } | null;
  notice(): readonly string[];
}

/** What one is at, and what was seen last. */
interface Now {
  state: State;
  sight: Sight | null;
  /** `what`: null = still being read. */
  looked: { readonly at: LookAt; readonly what: Looked | null } | null;
}

export function createSession(context: Context, commands: Commands, changed: () => void): Session {
  const eyes = openEyes(context, context.fleet());
  const now: Now = { state: START, sight: null, looked: null };
  let drawn: Drawn | undefined;
  let doing: { readonly what: string; readonly done: Promise<void> } | null = null;
  const look = oneAfterTheOther(async () => {
    try {
      const seen = await eyes.look();
      if (seen !== null) {
        now.sight = seen;
        changed();
      }
      await readLook(context, commands, now);
    } catch (error) {
      const line = errorMessage(error);
      now.state = { ...now.state, notice: { lines: [line], isTrouble: true } };
    }
    changed();
  });
  const frameNow = (size: Size) => frameOf(now.state, now.sight, lookedNow(now), size, context.nowMs());

  function begin(wish: Wish): void {
    if (doing !== null) {
      now.state = { ...now.state, notice: { lines: [`wait until this has ended: ${doing.what}`], isTrouble: true } };
      return;
    }
    const what = wishWords(wish);
    const self = now.sight === null || typeof now.sight.view === 'string' ? null : now.sight.view.self.machine;
    now.state = { ...now.state, busy: { what, sinceMs: context.nowMs() } };
    const done = commands.act(wish, self).then(async (notice) => {
      doing = null;
      now.state = { ...now.state, busy: null, notice };
      await look();
    });
    doing = { what, done };
  }

  return {
    frame(size) {
      const frame = frameNow(size);
      drawn = drawnOf(now.state, frame.scene.panes);
      return frame;
    },
    keys(keys, size) {
      const before = now.state.mode;
      let isOver = false;
      for (const key of keys) {
        // What came together with a key that asks something is no answer: nobody has read the question.
        if (isOver || (now.state.mode.kind === 'ask' && now.state.mode !== before)) break;
        const pressed = press(now.state, key, { ...frameNow(size).scene, drawn });
        now.state = pressed.state;
        isOver = pressed.quit === true;
        if (pressed.wish !== undefined) begin(pressed.wish);
      }
      changed();
      const at = lookedAt(now);
      if (at !== null && at !== now.looked?.at) {
        now.looked = { at, what: null };
        void look();
      }
      return !isOver;
    },
    look,
    underWay: () => doing,
    notice: () => now.state.notice?.lines ?? [],
  };
}

function lookedAt({ state: { mode } }: Now): LookAt | null {
  const below = mode.kind === 'ask' || mode.kind === 'type' ? mode.back : mode;
  return below.kind === 'look' ? below.at : null;
}

/** Nothing that was read for something else. */
function lookedNow(now: Now): Looked | null {
  return now.looked !== null && now.looked.at === lookedAt(now) ? now.looked.what : null;
}

async function readLook(context: Context, commands: Commands, now: Now): Promise<void> {
  const at = lookedAt(now);
  if (at === null || now.sight === null) return;
  const what = await lookInto(context, commands, now.sight, at);
  // Meanwhile one may have gone on to something else.
  if (at === lookedAt(now)) now.looked = { at, what: sameLook(lookedNow(now), what) };
}

/** Who asks while it is being done waits for the one after it: this one may have begun too early. */
function oneAfterTheOther(work: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | null = null;
  let isAsked = false;
  return () => {
    isAsked = true;
    going ??= (async () => {
      while (isAsked) {
        isAsked = false;
        await work();
      }
      going = null;
    })();
    return going;
  };
}
