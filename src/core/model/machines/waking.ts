// Waking machines (W1 to W4), as the port of it needs it and as a sync tells it.

/** What it takes to wake a machine; said only where its owner allows it (W1). */
export interface Wakeable {
  /** Hardware addresses, `aa:bb:cc:dd:ee:ff`. */
  readonly addresses: readonly string[];
  /** Marks of the networks that it is in, `n3fa2.91bc`: of the subnet, and of the router where it is known. */
  readonly networks: readonly string[];
}

/** A machine that was sent a packet. */
export interface Woken {
  readonly machine: number;
  /** `asked on 2 pc`, `for order nightly`. */
  readonly why: string;
  readonly name: string;
  /** Why no packet went out; null = it did. */
  readonly problem: string | null;
}
