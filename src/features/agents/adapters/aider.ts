// Adapts aider (`aider --message-file`), by its documentation; it was never run here. It does one thing and exits, and says nothing that
// can be parsed: the order's check tells whether it worked.
import type { AgentRequest } from '../../../core/model/orders/agent.ts';
import { byPolicy, type Dialect, readerOf } from './account.ts';
import { type Adapter, type Around, NO_STEP } from './adapter.ts';

export const aider: Adapter = {
  argv,
  reader: (request) => readerOf(DIALECT, request),
  promptBy: 'file',
  asksHelp: true,
  // Its yes also opens each address that its host names in an error.
  environment: () => ({ BROWSER: 'true' }),
  // They may name commands that it runs, and the host that the key of its model goes to.
  obeys: ['.aider.conf.yml', '.aider.model.settings.yml', '.aider.model.metadata.json', '.env'],
};

const QUIET = [
  ...['--no-pretty', '--no-gitignore', '--no-check-update', '--no-show-release-notes', '--no-suggest-shell-commands'],
  // Else its yes lets it fetch each address of a prompt, and install a browser for that.
  ...['--no-detect-urls', '--disable-playwright', '--no-analytics'],
];

/** `--yes-always` answers its questions, also whether to make a repo; commands of the shell it does not approve. */
function argv({ model, permission }: AgentRequest, { promptFile, help, isInRepo }: Around): string[] {
  return [
    ...['--message-file', promptFile, '--yes-always', '--no-stream'],
    ...(permission === 'yes' ? [] : ['--no-auto-commits']),
    ...[...QUIET, ...(isInRepo ? [] : ['--no-git'])].filter((word) => help.includes(word)),
    ...(model === null ? [] : ['--model', model]),
  ];
}

const DIALECT: Dialect = {
  loggedOut: /authenticationerror|api key|\b401\b/i,
  limited: /ratelimiterror|insufficient[_ ]quota|exceeded your current quota|credit balance is too low/i,
  // It has none.
  noSession: /(?!)/,
  lift: () => byPolicy('aider'),
  saysNothing: true,
  take: () => NO_STEP,
  takeLine(line, account) {
    // It ends with 0 where its host refused all; after what it tries again, or asks for a commit alone, it says how it went on.
    if (/^litellm\.(\w+Error|Timeout)\b/.test(line)) account.failure = line;
    else if (/^(Tokens|Cost): |^Commit [0-9a-f]+ /.test(line)) account.failure = null;
    const cost = /Cost: \$([0-9.]+) message/.exec(line)?.[1];
    if (cost !== undefined) {
      account.turns += 1;
      account.costUsd = (account.costUsd ?? 0) + Number(cost);
    } else if (line.trim() !== '') account.result = line;
    return true;
  },
};
