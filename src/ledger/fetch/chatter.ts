// What git prints while it fetches and pushes.
/** Lines that a good fetch or push prints; all other lines are trouble. */
const CHATTER =
  /^((remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking|Writing) [a-z]+[: ]|(remote: )?Total |Delta compression |From | [ *+t-] )/;

export const withoutChatter = (stderr: string): string =>
  stderr
    .split(/[\r\n]+/)
    .filter((line) => !CHATTER.test(line))
    .join('\n');
