// What git prints while it fetches.
/** Lines that a good fetch prints; all other lines are trouble. */
const CHATTER =
  /^((remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking) [a-z]+[: ]|remote: Total |From | [ *+t-] )/;

export const withoutChatter = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    .filter((line) => !CHATTER.test(line))
    .join('\n');
