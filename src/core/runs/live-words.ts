// What is said of lines that come over the bell while a run elsewhere goes on (B8), in the same words by every face.
import { machinesIn } from '../base/counted.ts';

/** T8: they are sealed with a key that all have who read the repo. `isSigned`: this machine demands signatures. */
export function liveWords(machines: readonly number[], isSigned: boolean): string {
  const how = isSigned ? ', not signed, so it may be anybody\u2019s' : '';
  const who = `machine${machines.length > 1 ? 's' : ''} ${machinesIn(machines)}`;
  return `${who}, as it comes${how}; what it reports at the end is what counts`;
}
