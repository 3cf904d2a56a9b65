// The branch that holds what an order changed (O16), as the board shows it: a link where the host's page is known. A run can say anything
// among its outputs, so that only what coord says of a branch counts.

const BRANCH = /^coord\/[A-Za-z0-9@._-]{1,120}$/;
const PAGE = /^https:\/\/[A-Za-z0-9.-]+(?:\/[A-Za-z0-9@%._~-]+)+$/;

/** Null = none. Plain ASCII, so nothing of it can end a cell or a link. */
export function branchLink(outputs: Readonly<Record<string, string>> | undefined): string | null {
  const { branch = '', branch_url: page = '' } = outputs ?? {};
  if (!BRANCH.test(branch)) return null;
  const name = `\`${branch}\``;
  const asPage = branch.replaceAll('@', '%40');
  return PAGE.test(page) && page.endsWith(`/${asPage}`) ? `[${name}](${page})` : name;
}
