// What the hub and its broker, a process of its own, say to each other. Pure.

/** Who proves the key with it is let in: the base of the fleet's topics, and what is made of the key. */
export interface BrokerLogin {
  readonly base: string;
  readonly password: string;
}

export interface BrokerPlan {
  /** Other computers may connect. */
  readonly isOpen: boolean;
  /** For MQTT over WebSocket; 0 = any. */
  readonly port: number;
  /** For MQTT over TCP; null = not. */
  readonly mqttPort: number | null;
  /** As PEM; null = no TLS. */
  readonly certificate: { readonly cert: string; readonly key: string } | null;
}

export type ToBroker =
  | { readonly kind: 'plan'; readonly plan: BrokerPlan; readonly logins: readonly BrokerLogin[] }
  /** Those of the newest key, and of old ones that are still read. */
  | { readonly kind: 'logins'; readonly logins: readonly BrokerLogin[] }
  /** Who comes from now on is shown this one. */
  | { readonly kind: 'certificate'; readonly certificate: NonNullable<BrokerPlan['certificate']> }
  | { readonly kind: 'blocked'; readonly address: string; readonly forMs: number };

export interface BrokerClient {
  readonly id: string;
  readonly address: string;
  /** ISO 8601 UTC. */
  readonly since: string;
}

export type FromBroker =
  | { readonly kind: 'listens'; readonly port: number; readonly mqttPort: number | null }
  /** `namesBase`: it named a base as a bell's, and may have a key that this machine has not seen yet. */
  | { readonly kind: 'refused'; readonly address: string; readonly namesBase: boolean }
  | { readonly kind: 'clients'; readonly clients: readonly BrokerClient[] };
