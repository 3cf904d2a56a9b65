// Values of options: what they become, and what is wrong with them.
import { InvalidArgumentError } from 'commander';

export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

export function collect(word: string, before: string[]): string[] {
  return [...before, word];
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}, found ${text}`);
  };
}
