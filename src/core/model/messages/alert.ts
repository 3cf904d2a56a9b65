// Something that a person of this machine is told of: once when it begins, and once when it is over.

export const ALERT_KINDS = ['emergency', 'order', 'machine', 'program', 'message', 'fault'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What there is now, as one view shows it. */
export interface Need {
  /** Subject and cause: by its code, or by words without numbers and times that change by themselves. Two needs with one key are the same. */
  readonly key: string;
  /** The key by its words, under which an alert may stand that began while no code of it was known. */
  readonly wordsKey?: string;
  /** The subject alone: another cause for the same subject replaces this one. */
  readonly subject: string;
  readonly kind: AlertKind;
  readonly order?: string;
  /** The order's. */
  readonly type?: string;
  readonly chain?: string;
  readonly machine?: number;
  /** Of that machine. */
  readonly name?: string;
  readonly document?: string;
  readonly what: string;
  /** True: it is about this machine's own state, so it is known without the ledger. */
  readonly isOwn?: true;
}

/** A need since this machine first saw it. Kept in `.coord/alerts.json`. */
export interface Alert extends Need {
  /** Names this occurrence of it. */
  readonly id: string;
  /** ISO 8601 UTC, by this machine's clock. */
  readonly since: string;
  /** Null = it stands. */
  readonly ended: string | null;
}

/** How one channel was told of one side of an alert. */
export interface Delivery {
  readonly state: 'told' | 'waits' | 'given up';
  /** ISO 8601 UTC: the first try, and the last one; if it was only put off so far, when that was. */
  readonly since: string;
  readonly at: string;
  readonly tries: number;
  /** With `waits`: epoch milliseconds, not before. */
  readonly nextMs: number;
  /** The last error, without addresses; null = none is known. */
  readonly error: string | null;
}

export type AlertEvent = 'began' | 'ended';

export interface ChannelTold {
  /** ISO 8601 UTC: alerts that were over before this time are not told here. */
  readonly since: string;
  /** By the id of the alert. */
  readonly alerts: Readonly<Record<string, Readonly<Partial<Record<AlertEvent, Delivery>>>>>;
}

/** Where an alert goes, from alerts.yaml. Addresses and headers may hold secrets: they are shown by `showChannel` alone. */
export interface AlertChannel {
  readonly name: string;
  readonly way:
    | { readonly kind: 'desktop' }
    | { readonly kind: 'command'; readonly argv: readonly [string, ...string[]] }
    | {
        readonly kind: 'webhook';
        readonly url: string;
        readonly shape: WebhookShape;
        readonly headers: Readonly<Record<string, string>>;
      };
  /** Null = any. */
  readonly only: {
    readonly kinds: readonly AlertKind[] | null;
    /** Ids, and `type:<type>`. */
    readonly orders: readonly string[] | null;
    /** Numbers and names, in small letters. */
    readonly machines: readonly string[] | null;
  };
}

export const WEBHOOK_SHAPES = ['json', 'ntfy', 'slack'] as const;
export type WebhookShape = (typeof WEBHOOK_SHAPES)[number];

/** What a command gets on standard input, and a webhook of the shape `json`. */
export interface AlertMessage {
  readonly version: 1;
  /** `test`: `coord alerts test`. */
  readonly event: AlertEvent | 'test';
  readonly id: string;
  /** `several`: many alerts in one message; its field `several` lists them. */
  readonly kind: AlertKind | 'several';
  readonly title: string;
  readonly text: string;
  readonly order?: string;
  readonly machine?: number;
  readonly document?: string;
  readonly since: string;
  readonly ended: string | null;
  readonly several?: readonly Pick<AlertMessage, 'event' | 'id' | 'kind' | 'title' | 'text' | 'order' | 'machine' | 'document'>[];
  /** The sender. */
  readonly from: { readonly machine: number; readonly name: string; readonly fleet: string; readonly folder: string };
}

/** The outcome of telling one channel. */
export type Telling =
  | { readonly ok: true; readonly what: string }
  /** `answered`: the channel answered, and refused; the next alert may succeed. */
  | { readonly ok: false; readonly what: string; readonly answered: boolean };
