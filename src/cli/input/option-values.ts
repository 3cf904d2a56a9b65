// Values of options: what they become, and what is wrong with them.
import { InvalidArgumentError } from 'commander';
import type { OptionValue } from '../command.ts';

/** What a word becomes; `before`: what the option had so far. */
export function valueReader(is: NonNullable<OptionValue['is']>): (word: string, before: unknown) => unknown {
  if (is === 'list') return listOf;
  if (is === 'repeated') return (word, before) => [...(before as readonly string[]), word];
  return (word) => wholeNumber(word, ...is);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}, found ${text}`);
}
