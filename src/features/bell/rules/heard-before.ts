// Which frames are new (B2): of each sender, only what is above the highest that was heard of it. A frame that somebody sends again, or that
// comes after a later one, is none.

/** Senders that are remembered: machines, and their commands. With more, those that were heard least lately go. */
const SENDERS_MAX = 4096;

export interface FrameMark {
  /** 16 hexadecimal digits each: comparing texts compares numbers. */
  readonly sender: string;
  readonly epoch: string;
  readonly counter: bigint;
}

export interface HeardBefore {
  /** True = it is new, and counts as heard from now on. */
  isNew(mark: FrameMark): boolean;
}

export function createHeardBefore(): HeardBefore {
  const highest = new Map<string, Pick<FrameMark, 'epoch' | 'counter'>>();
  return {
    isNew({ sender, epoch, counter }) {
      const before = highest.get(sender);
      if (before !== undefined && (epoch < before.epoch || (epoch === before.epoch && counter <= before.counter))) return false;
      highest.delete(sender);
      highest.set(sender, { epoch, counter });
      const [oldest] = highest.keys();
      if (highest.size > SENDERS_MAX && oldest !== undefined) highest.delete(oldest);
      return true;
    },
  };
}
