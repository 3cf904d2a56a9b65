// What is shown, logged or written of a remote: never a password, also not one that holds an @.

/** Takes user:password@ out of every URL in a text; a user alone in front of ssh stays. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s/@'"]+(?:@[^\s/@'"]*)*)@/gi, (whole, scheme: string, user: string) =>
    /^(ssh|git\+ssh):/i.test(scheme) && !user.includes(':') ? whole : scheme,
  );
}
