// The login in an HTTP address. Guarantees that git and its helpers get it by environment variables and never on a command line, where everybody on the
// computer could read it. A user name alone is no secret, but may be a token, so it is treated in the same way.
import type { Setting } from './person-settings.ts';

export interface Login {
  /** `https://host:port`: the place that git knows the login for. */
  readonly place: string;
  readonly user: string;
  /** Null = a credential helper of the person's knows it. */
  readonly password: string | null;
}

/** An address and its login, with percent-encoding decoded; null = it has no login. The last @ before the path ends the login. */
export function withoutLogin(url: string): { readonly url: string; readonly login: Login | null } {
  const [, scheme = '', given, rest = ''] = /^(https?:\/\/)([^/]*)@(.*)$/is.exec(url) ?? [];
  if (given === undefined) return { url, login: null };
  const colon = given.indexOf(':');
  const user = decoded(colon < 0 ? given : given.slice(0, colon));
  const password = colon < 0 ? null : decoded(given.slice(colon + 1));
  return { url: scheme + rest, login: { place: scheme + (rest.split('/')[0] ?? ''), user, password } };
}

/** The person's settings without the logins in `insteadOf` addresses. */
export function withoutLogins(settings: readonly Setting[]): { readonly settings: Setting[]; readonly logins: Login[] } {
  const logins: Login[] = [];
  const clean = settings.map(([key, value]): Setting => {
    const [, base, variable] = /^url\.(.*)\.(insteadof|pushinsteadof)$/s.exec(key) ?? [];
    if (base === undefined) return [key, value];
    const { url, login } = withoutLogin(base);
    if (login !== null) logins.push(login);
    return [`url.${url}.${variable}`, value];
  });
  return { settings: clean, logins };
}

/** The git settings for these logins. Of several for one place the first counts. */
export function loginSettings(logins: readonly Login[]): Setting[] {
  return firstOfEach(logins).flatMap(({ place, user, password }, at): Setting[] => {
    const key = `credential.${place}`;
    if (password === null) return [[`${key}.username`, user]];
    const answer = `!answer() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$${nameOf('USER', at)}" "$${nameOf('PASSWORD', at)}"; }; answer`;
    // An empty helper resets the list: no other helper is asked, or told.
    return [
      [`${key}.helper`, ''],
      [`${key}.helper`, answer],
    ];
  });
}

/** The environment variables that those settings read. */
export function loginEnvironment(logins: readonly Login[]): Record<string, string> {
  return Object.fromEntries(
    firstOfEach(logins).flatMap(({ user, password }, at) =>
      password === null ? [] : [[nameOf('USER', at), user] as const, [nameOf('PASSWORD', at), password] as const],
    ),
  );
}

function firstOfEach(logins: readonly Login[]): Login[] {
  return logins.filter(({ place }, at) => logins.findIndex((other) => other.place === place) === at);
}

function nameOf(what: 'USER' | 'PASSWORD', at: number): string {
  return `COORD_REMOTE_${what}_${at}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
