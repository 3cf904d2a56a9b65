// L6: what one local service uses, as the supervisor's looks show it, and what is too much of it. A new process begins afresh.
import { sameValue } from '../../../core/base/same-value.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { ServiceLimits, ServiceSpec } from '../../../core/model/machines/local-service.ts';
import type { NotedProcess } from '../../../system/process/process-identity.ts';
import type { Seen } from '../rules/decide-services.ts';
import { type LimitWatch, lookAtLimits, type Used } from '../rules/limits.ts';
import type { ServiceNote } from '../system/service-files.ts';
import { throttle } from '../system/used-by.ts';

interface Watched {
  readonly spec: ServiceSpec | null;
  process(): Seen['process'];
  note(): ServiceNote;
}

interface LimitsSeen {
  readonly process: NotedProcess;
  /** By which it was measured. */
  readonly limits: ServiceLimits;
  readonly watch: LimitWatch;
  isThrottled: boolean;
}

export class LimitsKeeper {
  #used: LimitsSeen | null = null;

  look(life: Watched, groups: ReadonlyMap<number, Used>, now: Instant): void {
    const { spec } = life;
    const itself = processOf(life);
    const used = itself === null ? undefined : groups.get(itself.pid);
    const before = this.#of(itself);
    this.#used = null;
    if (itself === null || used === undefined || spec?.limits === undefined) return;
    const { limits } = spec;
    const watch = lookAtLimits(limits, watchBy(limits, before), used, now);
    this.#used = { process: itself, limits, watch, isThrottled: before?.isThrottled ?? false };
  }

  /** What the process that is alive now has used too much of for too long, in a sentence. */
  excess(life: Watched): string | null {
    return watchBy(life.spec?.limits, this.#of(processOf(life)))?.told?.what ?? null;
  }

  throttle(): void {
    if (this.#used === null || this.#used.isThrottled) return;
    throttle(this.#used.process.pid);
    // Not where that threw: it is done the next time.
    this.#used.isThrottled = true;
  }

  /** What was seen of that process; null = nothing, also where it has the number of an earlier one. */
  #of(itself: NotedProcess | null): LimitsSeen | null {
    const seen = this.#used;
    return itself !== null && seen?.process.pid === itself.pid && seen.process.identity === itself.identity ? seen : null;
  }
}

/** What was measured by other limits says nothing. */
function watchBy(limits: ServiceLimits | undefined, seen: LimitsSeen | null): LimitWatch | null {
  return seen !== null && sameValue(seen.limits, limits) ? seen.watch : null;
}

function processOf(life: Watched): NotedProcess | null {
  return life.process().kind === 'alive' ? life.note().process : null;
}
