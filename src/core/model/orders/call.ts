// A request to a local service, as an order asks for it (O14), and as it is sent. Protocol section 5.

/** The variable in which coord's own commands find the spec of their run (O14, O15): a request can be too long for a command line. */
export const CALL = 'COORD_CALL';

export const CALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type CallMethod = (typeof CALL_METHODS)[number];

/** The request, and which service it is for: the same for every attempt. */
interface Request {
  readonly method: CallMethod;
  /** With its query, as it is sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it is sent; null = none. */
  readonly body: string | null;
  /** Statuses that count as success; null = 200 to 299. */
  readonly expect: readonly number[] | null;
}

export interface Call extends Request {
  readonly kind: 'call';
  /** The local service of that name, or any with that specialty. */
  readonly to: { readonly kind: 'instance' | 'specialty'; readonly name: string };
}

/** What the caller, a process of its own, reads from the spec of its run. */
export interface CallRequest extends Request {
  /** Its name. */
  readonly program: string;
  /** On 127.0.0.1. */
  readonly port: number;
}
