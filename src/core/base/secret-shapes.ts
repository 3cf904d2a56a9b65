// What secrets look like. The patterns take linear time: repetitions are bounded, or nothing can fail after them, or a look-behind lets a run of
// characters be tried only once. In doubt they hide too much rather than too little.

/** Replaced as a whole. */
export const SECRET_SHAPES: readonly RegExp[] = [
  // PEM private keys, with real line ends or as `\n` in a string; a cut-off end is no way out.
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:\s{0,4}(?:Proc-Type|DEK-Info)[^\n]{0,200}\n){0,4}[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?/g,
  // GitHub, GitLab, npm, PyPI, Hugging Face
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,}/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{20,}/g,
  /(?<![A-Za-z0-9])gl(?:pat|dt|rt|ptt|cbt|agent|oas)-[A-Za-z0-9_-]{16,}/g,
  /(?<![A-Za-z0-9])(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,})/g,
  // AWS key ids
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  // OpenAI, Anthropic, Stripe: a digit sets them apart from words with hyphens
  /(?<![A-Za-z0-9])[sr]k[-_](?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}/g,
  // Slack, Google
  /(?<![A-Za-z0-9])(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,}/g,
  // JSON Web Tokens
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*/g,
];

const NAME =
  '(?:pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)(?:[_-][A-Za-z0-9_-]{0,40})?';
/** A quoted value to its closing quote or the end of the line, or a word. */
const VALUE = `(?:"[^"\\n]*"?|'[^'\\n]*'?|[^\\s"'&]+)`;

/** The first group, before the secret, is kept. */
export const SECRET_ASSIGNMENTS: readonly RegExp[] = [
  /((?:^|[^A-Za-z0-9])authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:(?:bearer|basic|token|digest|apikey)[ \t]{1,4})?)[^\s"',]+/gi,
  /((?:^|[^A-Za-z0-9])bearer[ \t]{1,4})[A-Za-z0-9._~+/=-]{16,}/gi,
  // scheme://user:password@ up to the last @ before the path, and a long user alone
  /(:\/\/[^\s/:@]{0,256}:)[^\s/]{1,512}(?=@)/g,
  /(:\/\/)[^\s/:@]{16,256}(?=@)/g,
  // NAME=value, "name": "value", password: value, token: value with a digit, --token value
  new RegExp(`(${NAME}["']?[ \\t]{0,4}=[ \\t]{0,4})${VALUE}`, 'gi'),
  new RegExp(`(${NAME}["'][ \\t]{0,4}:[ \\t]{0,4})${VALUE}`, 'gi'),
  new RegExp(`(pass(?:word|wd|phrase)[ \\t]{0,4}:[ \\t]{0,4})${VALUE}`, 'gi'),
  new RegExp(`(${NAME}[ \\t]{0,4}:[ \\t]{0,4})(?=[^\\s"',;&]{8})(?=[^\\s"',;&0-9]{0,100}[0-9])${VALUE}`, 'gi'),
  new RegExp(`(--(?:[a-z0-9]{1,30}-){0,3}${NAME}[ \\t]{1,4})(?!-)${VALUE}`, 'gi'),
];
