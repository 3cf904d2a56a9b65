// Checks the bell: whether it can be read, whether it has a broker, and whether the daemon here is connected to it.
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { readBell } from '../system/bell-settings.ts';
import { readBellState } from './bell-state.ts';

export const bellCheck: CheckOf<CheckedPlace> = {
  id: 'bell',
  title: 'bell',
  async look({ folder }) {
    const { bell, fault } = readBell(folder);
    if (fault !== null) return warning(`${fault}; it goes on as it was`, 'coord bell on');
    if (bell === null) return ok('this fleet has none');
    if (bell.address === null) return warning('it has no broker yet', 'coord bell on <address>');
    if (livingDaemon(folder) === null) return ok(`${bell.address}; without a daemon, this machine rings and hears nothing`);
    const state = readBellState(folder);
    if (state?.connectedSince == null) return warning(state?.trouble ?? `not connected to ${bell.address}`, 'coord daemon logs');
    return ok(`connected to ${state.address} since ${state.connectedSince}`);
  },
};
