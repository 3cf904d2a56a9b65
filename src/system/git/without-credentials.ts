// Removes passwords from a remote's address before it is shown, logged or written, also a password that holds an @.

const SSH_SCHEME_MAX = 'git+ssh'.length;

/** Takes user:password@ out of every URL in a text; a user alone in front of ssh stays. */
export function withoutCredentials(text: string): string {
  // In linear time: each match begins with the slashes, and none looks further than to the next one.
  return text.replace(/:\/\/([^\s/@'"]+(?:@[^\s/@'"]*)*)@/g, (whole, user: string, at: number) => {
    const scheme = text.slice(Math.max(0, at - SSH_SCHEME_MAX - 1), at);
    return /(?:^|[^a-z0-9+.-])(?:ssh|git\+ssh)$/i.test(scheme) && !user.includes(':') ? whole : '://';
  });
}
