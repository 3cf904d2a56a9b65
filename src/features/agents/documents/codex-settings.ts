// Reads of codex's settings (`config.toml`) whether it asks for a login at all. Its `login status` says of no other provider than OpenAI.

/** The provider of models that they name is another one than OpenAI, and wants no login of it: what it wants, a run finds out. */
export function needsNoLogin(toml: string): boolean {
  const settings = settingsIn(toml);
  const profile = settings.get('.profile');
  const provider = settings.get(`profiles.${profile}.model_provider`) ?? settings.get('.model_provider') ?? 'openai';
  return provider !== 'openai' && settings.get(`model_providers.${provider}.requires_openai_auth`) !== 'true';
}

/** Texts and `true` by table and key, as people write them: one a line. */
function settingsIn(toml: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let table = '';
  for (const line of toml.split('\n')) {
    table = /^\s*\[([^[\]]+)\]/.exec(line)?.[1]?.replaceAll(/["'\s]/g, '') ?? table;
    const [, key, double, single, word] = /^\s*([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(true)\b)/.exec(line) ?? [];
    if (key !== undefined) found.set(`${table}.${key}`, double ?? single ?? word ?? '');
  }
  return found;
}
