// One command for several orders: all of them are checked before anything is done, and what keeps any of them from it is told of each.
import { CoordError } from '../../errors.ts';

/** `check` throws what is wrong with one. Of one order alone its words are told as they are. */
export async function checkedTogether<T>(ids: readonly string[], check: (id: string) => T | Promise<T>): Promise<readonly T[]> {
  const all = [...new Set(ids)];
  const checked: T[] = [];
  const wrong: CoordError[] = [];
  for (const id of all) {
    try {
      checked.push(await check(id));
    } catch (error) {
      if (!(error instanceof CoordError) || all.length === 1) throw error;
      wrong.push(error);
    }
  }
  const [first] = wrong;
  if (first === undefined) return checked;
  const why = wrong.map(({ message }) => message).join('; ');
  throw new CoordError(first.code, `nothing was done to any of the ${all.length} orders: ${why}`, first.hint, { cause: first });
}
