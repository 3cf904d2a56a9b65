// Checks whether the files of runs reach their ref (A2), and how much of the disk they take.
import { counted } from '../../../core/base/counted.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { bytesOf, heldFiles, storedNames, storedRun, storePaths } from '../system/artifact-store.ts';
import { readPushed } from '../system/pushed-ref.ts';

export const artifactsCheck: CheckOf<CheckedPlace> = {
  id: 'artifacts',
  title: 'files of runs',
  async look({ folder }) {
    const paths = storePaths(folder);
    const names = storedNames(paths);
    if (names.length === 0) return ok('none');
    const files = names.flatMap((name) => heldFiles(storedRun(paths, name)));
    const mb = (bytesOf(files) / 1024 ** 2).toFixed(1);
    const { why } = readPushed(paths);
    const found = `${counted(files.length, 'file')} of ${counted(names.length, 'run')}, ${mb} MB`;
    return why === null ? ok(found) : warning(`${found}; the host does not take their ref: ${why}`, 'coord sync');
  },
};
