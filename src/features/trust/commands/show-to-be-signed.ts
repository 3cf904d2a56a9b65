// Shows whole what a person is about to sign.
import type { Context } from '../../../cli/context.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { unsignedWordText } from '../operations/check-signatures.ts';
import type { ToBeSigned } from '../operations/to-be-signed.ts';

export function showToBeSigned(context: Context, { id, why, unsignedWords, changed, text, fault }: ToBeSigned): void {
  context.note(visibleText(`${id} · ${why ?? 'signed already'}`));
  for (const line of text.split('\n')) context.note(visibleText(`  ${line}`));
  for (const { name, was, by } of changed)
    context.note(visibleText(`  ! ${name} was changed after ${by} signed it: it was ${shortJson(was)}`));
  for (const word of unsignedWords)
    context.note(
      visibleText(
        `  ! ${unsignedWordText(word)} is not signed, and is not signed by this: coord approve, or coord order resolve`,
      ),
    );
  if (fault !== null) context.note(visibleText(`  ! ${fault}`));
}

const SHOWN_LENGTH_MAX = 300;

function shortJson(value: unknown): string {
  const text = value === undefined ? 'not there' : JSON.stringify(value);
  return text.length <= SHOWN_LENGTH_MAX ? text : `${text.slice(0, SHOWN_LENGTH_MAX)}…`;
}
