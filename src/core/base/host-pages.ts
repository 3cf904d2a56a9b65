// The addresses of git hosts' own pages, for people: where a file is edited or made in a browser, and where a branch is shown. The one place
// that knows them. A host that is not known has none: a wrong address is worse than no link. Pure.

/** Of one repo. Paths are plain words with slashes; a branch may be called as git lets it. */
export interface HostPages {
  /** Opens the file on that branch in the host's editor. */
  edit(path: string, branch: string): string;
  /** Opens a new file of that name on that branch; null = the host has no address for that. */
  make(path: string, branch: string): string | null;
  branch(name: string): string;
  /** Shows a file of that branch; `line`: null = from its top. */
  show(path: string, branch: string, line: number | null): string;
}

type PagesOf = (repo: string) => HostPages;

const github: PagesOf = (repo) => ({
  edit: (path, branch) => `${repo}/edit/${inPath(branch)}/${path}`,
  // Of folders before the question mark, the host leaves out the last one.
  make: (path, branch) => `${repo}/new/${inPath(branch)}?filename=${path}`,
  branch: (name) => `${repo}/tree/${inPath(name)}`,
  show: (path, branch, line) => `${repo}/blob/${inPath(branch)}/${path}${atLine('#L', line)}`,
});

const gitlab: PagesOf = (repo) => ({
  edit: (path, branch) => `${repo}/-/edit/${inPath(branch)}/${path}`,
  make: (path, branch) => `${repo}/-/new/${inPath(branch)}/${folderOf(path)}?file_name=${fileOf(path)}`,
  branch: (name) => `${repo}/-/tree/${inPath(name)}`,
  show: (path, branch, line) => `${repo}/-/blob/${inPath(branch)}/${path}${atLine('#L', line)}`,
});

/** Forgejo too. */
const gitea: PagesOf = (repo) => ({
  edit: (path, branch) => `${repo}/_edit/${inPath(branch)}/${path}`,
  make: (path, branch) => `${repo}/_new/${inPath(branch)}/${folderOf(path)}?filename=${fileOf(path)}`,
  branch: (name) => `${repo}/src/branch/${inPath(name)}`,
  show: (path, branch, line) => `${repo}/src/branch/${inPath(branch)}/${path}${atLine('#L', line)}`,
});

const bitbucket: PagesOf = (repo) => ({
  // The host documents no address of its editor. Where it does not take these words, it shows the file, with a button to edit it.
  edit: (path, branch) => `${repo}/src/${inPath(branch)}/${path}?mode=edit&at=${inPath(branch)}`,
  make: () => null,
  branch: (name) => `${repo}/branch/${inPath(name)}`,
  show: (path, branch, line) => `${repo}/src/${inPath(branch)}/${path}${atLine('#lines-', line)}`,
});

/** A host in front of a dot is any of that name: `gitlab.example.com`. */
const HOSTS: readonly (readonly [host: string, of: PagesOf])[] = [
  ['github.com', github],
  ['gitlab.com', gitlab],
  ['gitlab.', gitlab],
  ['codeberg.org', gitea],
  ['gitea.', gitea],
  ['forgejo.', gitea],
  ['bitbucket.org', bitbucket],
];

const WEB = /^(https?:\/\/([a-z0-9.-]+)(?::[0-9]{1,5})?)(?:\/[a-z0-9._~-]+)+$/i;

/** `repo`: where the repo is looked at in a browser. Null = the host is not known. */
export function hostPages(repo: string): HostPages | null {
  const host = WEB.exec(repo)?.[2]?.toLowerCase();
  if (host === undefined) return null;
  const known = HOSTS.find(([name]) => host === name || (name.endsWith('.') && host.startsWith(name)));
  return known?.[1](repo) ?? null;
}

/** Whether that is the page of this branch, of any repo of a known host. */
export function isBranchPage(page: string, branch: string): boolean {
  return HOSTS.some(([, pagesAt]) => {
    const end = pagesAt('').branch(branch);
    return page.endsWith(end) && hostPages(page.slice(0, -end.length))?.branch(branch) === page;
  });
}

const REMOTE =
  /^(?:(https?:\/\/)(?:[^@/]+@)?([^/:@]+(?::\d+)?)\/|ssh:\/\/(?:[^@/]+@)?([^/:@]+)(?::\d+)?\/|(?:[^@/]+@)?([^/:@]+):)([^/].*)$/;

/**
 * Where the repo of a remote is looked at in a browser, without the login that the remote may have. Null = the host is not known. Of ssh the port is left out:
 * it is not the browser's. `url`: a page that knows the scheme and the port of its own host.
 */
export function webPage(remote: string, url: string | null = null): string | null {
  const [, scheme, web = '', ssh, scp, path = ''] = REMOTE.exec(remote) ?? [];
  const host = (ssh ?? scp ?? '').toLowerCase();
  const [, known, itsHost] = WEB.exec(url ?? '') ?? [];
  const overSsh = known !== undefined && itsHost?.toLowerCase() === host ? known : `https://${host}`;
  const origin = scheme === undefined ? overSsh : `${scheme}${web.toLowerCase()}`;
  const repo = `${origin}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`;
  return hostPages(repo) === null ? null : repo;
}

/** The pages of the fleet's remote. `url`: as fleet.yaml says it. Its repo counts only where the remote's host is not known. */
export function pagesOf(remote: string, url: string | null): HostPages | null {
  return hostPages(webPage(remote, url) ?? url ?? '');
}

function atLine(mark: string, line: number | null): string {
  return line === null ? '' : `${mark}${line}`;
}

/** Also without what would end a link. */
function inPath(branch: string): string {
  const part = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return branch.split('/').map(part).join('/');
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
