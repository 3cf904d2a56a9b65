// Defines a check of doctor and its answer. A check only looks (the one of `writable` pushes a probe, and says so); `repair` is called only
// with --fix, and only where the answer allows it.
import type { CheckState } from '../../core/model/status/check-result.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export interface Finding {
  readonly state: CheckState;
  /** What was seen, one line, without credentials. */
  readonly found: string;
  /** One command or sentence; missing where there is nothing to do, or `repair` does it. */
  readonly fix?: string;
  /** True = `repair` takes this away. */
  readonly canFix?: boolean;
}

/** `E`: what it may look at. */
export interface CheckOf<E> {
  readonly id: string;
  readonly title: string;
  look(exam: E): Promise<Finding>;
  /** Returns what it did. */
  repair?(exam: E): Promise<string>;
}

/** What the check of a feature may look at. */
export interface CheckedPlace {
  readonly world: { readonly home: string };
  readonly folder: FleetFolder;
}

export const ok = (found: string): Finding => ({ state: 'ok', found });
export const skipped = (found: string): Finding => ({ state: 'skipped', found });
export const warning = (found: string, fix?: string): Finding => ({
  state: 'warning',
  found,
  ...(fix === undefined ? {} : { fix }),
});
export const problem = (found: string, fix?: string): Finding => ({
  state: 'problem',
  found,
  ...(fix === undefined ? {} : { fix }),
});
/** What --fix can take away. */
export const fixable = (state: 'warning' | 'problem', found: string): Finding => ({ state, found, canFix: true });
