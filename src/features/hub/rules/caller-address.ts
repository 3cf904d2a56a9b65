// Which address a caller of the hub or of its broker has: it is what is counted and blocked. Pure.

export function isHere(peer: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(peer);
}

/** `forwardedFor`: the header. Behind a proxy on this computer it is the one that the proxy names last; nobody else's word counts. */
export function addressOf(peer = 'unknown', forwardedFor: string | readonly string[] = []): string {
  const named = [forwardedFor].flat().join(',').split(',').at(-1)?.trim() ?? '';
  return isHere(peer) && /^[0-9A-Fa-f:.]{3,45}$/.test(named) ? named : peer;
}

/** Of a request over HTTP. */
export function callerOf(request: {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}): string {
  return addressOf(request.socket.remoteAddress, request.headers['x-forwarded-for']);
}
