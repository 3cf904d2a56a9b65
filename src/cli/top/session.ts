// `coord top` without its terminal: what is seen, what one is at, what is being done. Draws when asked; says when there is cause to.
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

export function createSession(context: Context, commands: Commands, changed: () => void): Session {
  const eyes = openEyes(context, context.fleet());
  let state: State = START;
  let sight: Sight | null = null;
  /** `what`: null = still being read. */
  let looked: { readonly at: LookAt; readonly what: Looked | null } | null = null;
  let drawn: Drawn | undefined;
  let doing: { readonly what: string; readonly done: Promise<void> } | null = null;
  let looking: Promise<void> | null = null;
  let isAsked = false;

  function lookedAt(): LookAt | null {
    const mode = state.mode.kind === 'ask' || state.mode.kind === 'type' ? state.mode.back : state.mode;
    return mode.kind === 'look' ? mode.at : null;
  }

  /** Nothing that was read for something else. */
  function lookedNow(): Looked | null {
    return looked !== null && looked.at === lookedAt() ? looked.what : null;
  }

  async function readLook(): Promise<void> {
    const at = lookedAt();
    if (at === null || sight === null) return;
    const what = await lookInto(context, commands, sight, at);
    // Meanwhile one may have gone on to something else.
    if (at === lookedAt()) looked = { at, what: sameLook(lookedNow(), what) };
  }

  async function lookOnce(): Promise<void> {
    try {
      const seen = await eyes.look();
      if (seen !== null) {
        sight = seen;
        changed();
      }
      await readLook();
    } catch (error) {
      const line = error instanceof Error ? error.message : String(error);
      state = { ...state, notice: { lines: [line], isTrouble: true } };
    }
    changed();
  }

  /** Who asks during a look waits for the one after it: this one may have begun too early. */
  function look(): Promise<void> {
    isAsked = true;
    looking ??= (async () => {
      while (isAsked) {
        isAsked = false;
        await lookOnce();
      }
      looking = null;
    })();
    return looking;
  }

  function begin(wish: Wish): void {
    if (doing !== null) {
      state = { ...state, notice: { lines: [`wait until this has ended: ${doing.what}`], isTrouble: true } };
      return;
    }
    const what = wishWords(wish);
    const self = sight === null || typeof sight.view === 'string' ? null : sight.view.self.machine;
    state = { ...state, busy: { what, sinceMs: context.nowMs() } };
    const done = commands.act(wish, self).then(async (notice) => {
      doing = null;
      state = { ...state, busy: null, notice };
      await look();
    });
    doing = { what, done };
  }

  return {
    frame(size) {
      const frame = frameOf(state, sight, lookedNow(), size, context.nowMs());
      drawn = drawnOf(state, frame.scene.panes);
      return frame;
    },
    keys(keys, size) {
      const before = state.mode;
      let isOver = false;
      for (const key of keys) {
        // What came together with a key that asks something is no answer: nobody has read the question.
        if (isOver || (state.mode.kind === 'ask' && state.mode !== before)) break;
        const { scene } = frameOf(state, sight, lookedNow(), size, context.nowMs());
        const pressed = press(state, key, { ...scene, drawn });
        state = pressed.state;
        isOver = pressed.quit === true;
        if (pressed.wish !== undefined) begin(pressed.wish);
      }
      changed();
      const at = lookedAt();
      if (at !== null && at !== looked?.at) {
        looked = { at, what: null };
        void look();
      }
      return !isOver;
    },
    look,
    underWay: () => doing,
    notice: () => state.notice?.lines ?? [],
  };
}
