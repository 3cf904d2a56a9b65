// Hides the owner's secrets in what is reported (O10). Where policy.yaml cannot tell which files hold them, or has a slip, those count that it named
// last; where that is not known either, or one of them cannot be read, nothing of the text is shown.
import { plainText, redact } from '../../core/base/redact.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { jsonIn, textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type PolicyInForce, policyInForce } from '../../system/policy/policy-in-force.ts';
import { readSecrets } from '../../system/policy/run-environment.ts';

const UNTOLD = '[not shown: the secrets of this computer cannot be told]';

export interface OwnSecrets {
  readonly secrets: Readonly<Record<string, string>>;
  /** What of them cannot be read, a sentence each. */
  readonly unread: readonly string[];
  readonly isTold: boolean;
  /** Makes text fit for the repo: see core/base/redact.ts. */
  clean(text: string): string;
  /** The same where something of it is secret; else the text as it was written. */
  hide(text: string): string;
}

type Told = Pick<PolicyInForce, 'problem' | 'secretFiles'>;

export function ownSecrets(folder: Pick<FleetFolder, 'secretFiles'>, told: Told): OwnSecrets {
  const files = filesOf(folder, told);
  const { secrets, unread } = readSecrets(files ?? []);
  const values = Object.values(secrets);
  const isTold = files !== null && unread.length === 0;
  const clean = (text: string) => (isTold ? redact(plainText(text), values) : UNTOLD);
  // Of a line that was overwritten, both are looked at.
  const isBare = (text: string) => isTold && redact(text, values) === text && clean(text) === plainText(text);
  return { secrets, unread, isTold, clean, hide: (text) => (isBare(text) ? text : clean(text)) };
}

/** As things are now. */
export function ownSecretsNow(home: string, folder: Pick<FleetFolder, 'root' | 'secretFiles'>): OwnSecrets {
  return ownSecrets(folder, policyInForce(home, folder.root));
}

/** Of a note beside an act that waits for nothing: where the secrets cannot be told, a fixed sentence stands for it (O10.13). */
export function cleanNote(
  { home }: { readonly home: string },
  folder: Pick<FleetFolder, 'root' | 'secretFiles'>,
  note: string,
): string {
  return note === '' ? '' : ownSecretsNow(home, folder).clean(note);
}

/** What an entry with a slip names may be a part of what it means. */
function filesOf(folder: Pick<FleetFolder, 'secretFiles'>, { problem, secretFiles }: Told): readonly string[] | null {
  if (problem === null && secretFiles !== null) return secretFiles;
  const last = lastTold(folder);
  return secretFiles === null ? last : [...new Set([...(last ?? []), ...secretFiles])];
}

/** Remembered for when policy.yaml cannot be read, or has a slip. */
export function noteSecretFiles(folder: Pick<FleetFolder, 'secretFiles'>, { problem, secretFiles }: Told): void {
  if (problem !== null || secretFiles === null) return;
  const text = `${JSON.stringify(secretFiles)}\n`;
  if (textIn(folder.secretFiles) !== text) writeDurably(folder.secretFiles, text);
}

function lastTold({ secretFiles }: Pick<FleetFolder, 'secretFiles'>): readonly string[] | null {
  const files = jsonIn(secretFiles);
  return Array.isArray(files) && files.every((it) => typeof it === 'string') ? files : null;
}
