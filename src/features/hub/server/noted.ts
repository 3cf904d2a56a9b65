// What a hub says of itself in files, for whoever only looks. A full disk ends no hub: what could not be written is written at a later look.
import { writeWhole } from '../../../system/files/durable-file.ts';

const LOOK_MS = 1_000;

export interface Noted {
  /** Waits for no look. */
  now(): void;
  end(): void;
}

/** `textNow`: what the file is to say; it is written as that changes. */
export function keepNoted(path: string, textNow: () => string): Noted {
  let noted = '';
  const now = () => {
    const text = textNow();
    if (text === noted) return;
    try {
      writeWhole(path, text);
      noted = text;
    } catch {
      // The next look tries again.
    }
  };
  const timer = setInterval(now, LOOK_MS);
  return {
    now,
    end() {
      clearInterval(timer);
      now();
    },
  };
}
