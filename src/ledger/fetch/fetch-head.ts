// FETCH_HEAD lists every fetched ref with its full id, so that no second command is needed. Lines that do not parse are ignored.

const LINE = /^([0-9a-f]{40}(?:[0-9a-f]{24})?)\t(?:not-for-merge)?\t(branch )?'([^']+)' of /;

/** Full ref name on the remote to object id. */
export function parseFetchHead(text: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, id, branch, name] = LINE.exec(line) ?? [];
    if (id === undefined || name === undefined) continue;
    if (branch !== undefined) refs.set(`refs/heads/${name}`, id);
    else if (name.startsWith('refs/')) refs.set(name, id);
  }
  return refs;
}

/** The answer of `ls-remote --symref`: refs, and the branch that HEAD names. */
export function parseLsRemote(text: string): { readonly refs: Map<string, string>; readonly head: string | null } {
  const refs = new Map<string, string>();
  let head: string | null = null;
  for (const line of text.split('\n')) {
    const symref = /^ref: (\S+)\tHEAD$/.exec(line)?.[1];
    if (symref !== undefined) head = symref;
    const [, id, name] = /^([0-9a-f]{40}(?:[0-9a-f]{24})?)\t(\S+)$/.exec(line) ?? [];
    if (id !== undefined && name !== undefined && !name.endsWith('^{}')) refs.set(name, id);
  }
  return { refs, head };
}
