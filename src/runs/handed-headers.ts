// The outputs of earlier orders as a call sends them (O14): the variable COORD_FROM_A_B is the header X-Coord-From-A-B. Words of other
// machines: values only, under names that begin so, and only such as arrive as they were. Pure.

const PREFIX = 'COORD_FROM_';
/** Characters. Servers take 8 to 16 KiB of headers together, and the order's own are among them. */
const LIMITS = { one: 1_024, all: 6_144 } as const;
/** Plain ASCII on one line; a space at an end would be taken off on the way. */
const AS_IT_IS = /^(?:[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?)?$/;

export interface Handed {
  readonly headers: Readonly<Record<string, string>>;
  /** One sentence for each variable that no header could carry. */
  readonly leftOut: readonly string[];
}

/** What does not fit is left out whole, because half a value is a wrong one. */
export function handedHeaders(env: NodeJS.ProcessEnv): Handed {
  const headers: Record<string, string> = {};
  const leftOut: string[] = [];
  let size = 0;
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value === undefined) continue;
    const name = `X-Coord-From-${variable.slice(PREFIX.length).replaceAll('_', '-')}`;
    const why = whyNot(value, size + name.length + value.length);
    if (why !== null) leftOut.push(`${name} was not sent: ${why}`);
    else {
      size += name.length + value.length;
      headers[name] = value;
    }
  }
  return { headers, leftOut };
}

function whyNot(value: string, sizeThen: number): string | null {
  if (!AS_IT_IS.test(value)) return 'a header carries one line of plain ASCII, without spaces around it';
  if (value.length > LIMITS.one) return `${value.length} characters, and a header may have ${LIMITS.one}`;
  return sizeThen > LIMITS.all ? `with the others more than ${LIMITS.all} characters` : null;
}
