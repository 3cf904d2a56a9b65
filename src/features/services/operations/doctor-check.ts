// Checks the local services: which parts of instances.yaml are not obeyed, who else could write into it, and which services are unhealthy.
import { statSync } from 'node:fs';
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import { type CheckedPlace, type CheckOf, ok, problem, warning } from '../../../operations/doctor/check.ts';
import { instancesPath, readInstances } from '../system/service-files.ts';
import { servicesHere } from '../system/services-here.ts';

export const instancesCheck: CheckOf<CheckedPlace> = {
  id: 'instances',
  title: 'local services',
  async look({ folder }) {
    const path = instancesPath(folder);
    const settings = readInstances(folder);
    if (settings === null) return ok('none: no instances.yaml');
    const found = counted(settings.services.length, 'program');
    const [fault] = settings.faults;
    if (fault !== undefined) return problem(settings.unreadable ? fault : `${found}; ${fault}`, `fix ${path}`);
    // Anybody who can write there can run anything as this person.
    if ((statSync(path).mode & 0o022) !== 0)
      return problem(`${found}; others on this computer can write into ${path}`, `chmod go-w ${shellWord(path)}`);
    const [strange] = settings.warnings;
    if (strange !== undefined) return warning(`${found}; ${strange}`, `fix ${path}`);
    if (settings.services.length > 0 && livingDaemon(folder) === null)
      return warning(`${found}, but no daemon runs`, 'coord daemon start');
    const ill = servicesHere(folder).filter(({ state, givenUp }) => givenUp || state === 'CRASHED' || state === 'DEGRADED');
    const [first] = ill;
    if (first === undefined) return ok(found);
    const words = `${found}; ${first.name} is ${first.state}${first.detail === null ? '' : `: ${first.detail}`}`;
    const fix = first.givenUp ? `coord instance start ${shellWord(first.name)}` : `coord instance logs ${shellWord(first.name)}`;
    return first.givenUp ? problem(words, fix) : warning(words, fix);
  },
};
