// L6: what one local service uses, as the supervisor's looks show it, and what is too much of it. A new process begins afresh.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceSpec } from '../../../core/model/machines/local-service.ts';
import type { Seen } from '../rules/decide-services.ts';
import { excessOf, type LimitWatch, lookAtLimits, type Used } from '../rules/limits.ts';
import type { ServiceNote } from '../system/service-files.ts';
import { throttle } from '../system/used-by.ts';

interface Watched {
  readonly spec: ServiceSpec | null;
  process(): Seen['process'];
  note(): ServiceNote;
}

export class LimitsKeeper {
  #used: { readonly pid: number; readonly watch: LimitWatch; isThrottled: boolean } | null = null;

  look(life: Watched, groups: ReadonlyMap<number, Used>, now: Instant): void {
    const { spec } = life;
    const itself = life.process().kind === 'alive' ? life.note().process : null;
    const used = itself === null ? undefined : groups.get(itself.pid);
    const before = this.#used?.pid === itself?.pid ? this.#used : null;
    this.#used = null;
    if (itself === null || used === undefined || spec?.limits === undefined) return;
    const watch = lookAtLimits(spec.limits, before?.watch ?? null, used, now);
    this.#used = { pid: itself.pid, watch, isThrottled: before?.isThrottled ?? false };
  }

  /** What it has used too much of for too long, in a sentence. */
  excess(spec: ServiceSpec | null): string | null {
    return spec?.limits === undefined ? null : (excessOf(spec.limits, this.#used?.watch ?? null)?.what ?? null);
  }

  throttle(): void {
    if (this.#used === null || this.#used.isThrottled) return;
    this.#used.isThrottled = true;
    throttle(this.#used.pid);
  }
}
