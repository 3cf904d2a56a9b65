// A remote as it may be shown: no credentials, ever.

export function displayRemote(remote: string): string {
  return remote.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, (whole, scheme: string) =>
    /^ssh:/i.test(scheme) ? whole.replace(/:[^/:@]*@$/, '@') : scheme,
  );
}
