// Reads of codex's settings (`config.toml`) whether it asks for a login at all. Its `login status` says of no other provider than OpenAI.
import { tomlIn, valueAt } from '../../../documents/text/toml-text.ts';

/** The provider of models that they name is another one than OpenAI, and wants no login of it: what it wants, a run finds out. */
export function needsNoLogin(toml: string): boolean {
  const settings = tomlIn(toml);
  const profile = String(settings.profile);
  const provider = valueAt(settings, 'profiles', profile, 'model_provider') ?? settings.model_provider;
  if (typeof provider !== 'string' || provider === 'openai') return false;
  return valueAt(settings, 'model_providers', provider, 'requires_openai_auth') !== true;
}
