// Files of a run that this computer refuses (full, read-only, not ours) are an operating error, not a bug.
import { CoordError, errorMessage } from '../errors.ts';

export function onDisk<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const why = errorMessage(error);
    throw new CoordError('LOCAL_STATE', `cannot keep the files of a run in ${folder}: ${why}`, null, { cause: error });
  }
}
