// Is the fleet folder this user's?
import { shellWord } from '../../core/base/shell-word.ts';
import { otherOwner } from '../../system/files/folder-owner.ts';
import { ok, warning } from './check.ts';
import type { Check } from './exam.ts';

export const ownerCheck: Check = {
  id: 'owner',
  title: 'whose folder this is',
  async look({ folder }) {
    const other = otherOwner(folder.identity);
    if (other === null) return ok('yours');
    const { me, owner } = other;
    return warning(
      `it is of ${owner}, and this is ${me}: what is written here now may be out of its owner’s reach`,
      `sudo chown -R ${owner.slice('uid '.length)} ${shellWord(folder.state)}, and coord as that user from then on`,
    );
  },
};
