// Reads what policy.yaml says of artifacts (A1): whether files of runs may be published, and what keeps those that do not travel.
import type { WrongKey } from '../../../system/policy/placement.ts';

export function readArtifactRule(value: unknown, wrong: WrongKey): true | undefined {
  if (value === undefined || value === null || value === false) return undefined;
  if (value === true) return true;
  throw wrong('artifacts', 'true or false', value);
}

export function readArtifactCommand(value: unknown, wrong: WrongKey): readonly [string, ...string[]] | undefined {
  if (value === undefined || value === null) return undefined;
  const [executable, ...words] = Array.isArray(value) ? (value as unknown[]) : [];
  const isWord = (word: unknown): word is string => typeof word === 'string' && !word.includes('\0');
  if (!isWord(executable) || executable === '' || !words.every(isWord))
    throw wrong('artifact_command', 'a list of a program and its arguments', value);
  return [executable, ...words];
}
