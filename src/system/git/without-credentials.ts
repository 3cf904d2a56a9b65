// Removes passwords from a remote's address before it is shown, logged or written, also a password that holds an @, a quote or a blank.

const SSH_SCHEME_MAX = 'git+ssh'.length;

/** Takes user:password@ out of every URL in a text; a user alone in front of ssh stays. */
export function withoutCredentials(text: string): string {
  // It begins with an address: no quote or blank ends the login there, but what git is told does (ledger/git/remote-login.ts).
  const one = /^\s*\S*:\/\//.test(text) ? text.replace(/:\/\/([^/]*)@/, withoutLogin) : text;
  // In linear time: each match begins with the slashes, and none looks further than to the next one.
  return one.replace(/:\/\/([^\s/@'"]+(?:@[^\s/@'"]*)*)@/g, withoutLogin);
}

function withoutLogin(whole: string, user: string, at: number, text: string): string {
  const scheme = text.slice(Math.max(0, at - SSH_SCHEME_MAX - 1), at);
  return /(?:^|[^a-z0-9+.-])(?:ssh|git\+ssh)$/i.test(scheme) && !user.includes(':') ? whole : '://';
}
