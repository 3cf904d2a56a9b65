// `coord top` without its terminal: what is seen, what one is at, what is being done. Draws when asked; says when there is cause to.
import type { Context } from '../context.ts';
import type { Commands } from './acts.ts';
import { type Frame, frameOf, type Size } from './frame.ts';
import { lookInto } from './look.ts';
import { type Looked, sameLook } from './look-lines.ts';
import { press } from './press.ts';
import type { Key } from './prompt.ts';
import { openEyes, type Sight } from './sight.ts';
import { START, type State, type Wish, wishWords } from './state.ts';

export interface Session {
  frame(size: Size): Frame;
  /** False = one wants to quit. */
  key(key: Key, size: Size): boolean;
  /** Looks at the files again. */
  look(): Promise<void>;
  /** What is being done; null = nothing. */
  underWay(): { readonly what: string; readonly done: Promise<void> } | null;
  notice(): readonly string[];
}

export function createSession(context: Context, commands: Commands, changed: () => void): Session {
  const eyes = openEyes(context, context.fleet());
  let state: State = START;
  let sight: Sight | null = null;
  let looked: Looked | null = null;
  let doing: { readonly what: string; readonly done: Promise<void> } | null = null;

  async function readLook(): Promise<void> {
    const mode = state.mode.kind === 'ask' || state.mode.kind === 'type' ? state.mode.back : state.mode;
    if (mode.kind !== 'look' || sight === null) return;
    const seen = await lookInto(context, commands, sight, mode.at);
    looked = sameLook(looked, seen);
  }

  async function look(): Promise<void> {
    try {
      sight = (await eyes.look()) ?? sight;
      await readLook();
    } catch (error) {
      const line = error instanceof Error ? error.message : String(error);
      state = { ...state, notice: { lines: [line], isTrouble: true } };
    }
    changed();
  }

  function begin(wish: Wish): void {
    if (doing !== null) {
      state = { ...state, notice: { lines: [`one thing at a time: ${doing.what} is under way`], isTrouble: true } };
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
    frame: (size) => frameOf(state, sight, looked, size, context.nowMs()),
    key(key, size) {
      const before = state.mode;
      const pressed = press(state, key, frameOf(state, sight, looked, size, context.nowMs()).scene);
      state = pressed.state;
      if (state.mode !== before && state.mode.kind === 'look' && before.kind === 'panes') looked = null;
      if (pressed.wish !== undefined) begin(pressed.wish);
      changed();
      if (state.mode.kind === 'look' && looked === null) void look();
      return pressed.quit !== true;
    },
    look,
    underWay: () => doing,
    notice: () => state.notice?.lines ?? [],
  };
}
