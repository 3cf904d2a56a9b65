// L6: what one local service uses, as the supervisor's looks show it, and what is too much of it. A new process begins afresh.
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceSpec } from '../../../core/model/machines/local-service.ts';
import type { NotedProcess } from '../../../system/process/process-identity.ts';
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
  #used: { readonly process: NotedProcess; readonly watch: LimitWatch; isThrottled: boolean } | null = null;

  look(life: Watched, groups: ReadonlyMap<number, Used>, now: Instant): void {
    const { spec } = life;
    const itself = processOf(life);
    const used = itself === null ? undefined : groups.get(itself.pid);
    const before = this.#of(itself);
    this.#used = null;
    if (itself === null || used === undefined || spec?.limits === undefined) return;
    const watch = lookAtLimits(spec.limits, before?.watch ?? null, used, now);
    this.#used = { process: itself, watch, isThrottled: before?.isThrottled ?? false };
  }

  /** What the process that is alive now has used too much of for too long, in a sentence. */
  excess(life: Watched): string | null {
    const limits = life.spec?.limits;
    return limits === undefined ? null : (excessOf(limits, this.#of(processOf(life))?.watch ?? null)?.what ?? null);
  }

  throttle(): void {
    if (this.#used === null || this.#used.isThrottled) return;
    this.#used.isThrottled = true;
    throttle(this.#used.process.pid);
  }

  /** What was seen of that process; null = nothing, also where it has the number of an earlier one. */
  #of(itself: NotedProcess | null) {
    const seen = this.#used;
    return itself !== null && seen?.process.pid === itself.pid && seen.process.identity === itself.identity ? seen : null;
  }
}

function processOf(life: Watched): NotedProcess | null {
  return life.process().kind === 'alive' ? life.note().process : null;
}
