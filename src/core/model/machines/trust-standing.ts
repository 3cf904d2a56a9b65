// Defines how a machine stands on trust, as it is told.

export interface Advice {
  readonly words: string;
  /** What helps; null = nothing has to. */
  readonly command: string | null;
}

export interface Standing {
  readonly isSigned: boolean;
  readonly demand: Advice;
  /** What it sees of the host (T9), and whose word it does not go by and why (T5.6). */
  readonly distrust: readonly string[];
  readonly people: readonly {
    readonly name: string;
    readonly roles: readonly string[];
    /** What it is narrowed to; empty = anything. */
    readonly only: string;
    /** `passkey`: the host of the pages that it is for; null = it is an SSH key. `fingerprint`: null = it cannot be read. */
    readonly keys: readonly { readonly fingerprint: string | null; readonly passkey: string | null }[];
  }[];
  readonly machines: readonly {
    readonly machine: string;
    readonly fingerprint: string | null;
    /** It came by an invitation, and the trust does not name it yet. */
    readonly isGuest: boolean;
    /** Who its AI agents sign as, and what they are narrowed to; null = they place no orders. */
    readonly agents: { readonly name: string; readonly only: string } | null;
  }[];
  /** `expires`: ISO 8601 UTC. */
  readonly invited: readonly { readonly name: string; readonly expires: string }[];
  /** Null = more than one key can go on with the trust. */
  readonly oneRoot: Advice | null;
}

/** What waits for a signature. */
export interface Unsigned {
  readonly orders: readonly { readonly order: string; readonly why: string; readonly command: string }[];
  /** Why what people signed cannot be read; null = it can. */
  readonly refused: string | null;
}

/** `GET page/trust/standing`; `unsigned`: null = the machine demands no signatures, or has accepted no trust. */
export type TrustAnswer = Standing & { readonly unsigned: Unsigned | null };
