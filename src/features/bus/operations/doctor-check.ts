// Checks the boxes of programs: messages that nobody takes, boxes that are full, and files that could not be read.
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { type CheckedPlace, type CheckOf, ok, warning } from '../../../operations/doctor/check.ts';
import { hasRoom } from './box.ts';
import { boxesHere } from './bus.ts';

export const busCheck: CheckOf<CheckedPlace> = {
  id: 'bus',
  title: 'message bus',
  async look({ folder }) {
    const boxes = await boxesHere(folder);
    const bad = boxes.find((box) => box.trouble !== null);
    if (bad !== undefined)
      return warning(`the box of ${bad.program} cannot be used: ${bad.trouble}`, `look into .coord/bus/${bad.program}`);
    const broken = boxes.find((box) => box.broken > 0);
    if (broken !== undefined) {
      const { program } = broken;
      return warning(
        `${counted(broken.broken, 'file')} in the box of ${program} could not be read`,
        `look into .coord/bus/${program}/broken`,
      );
    }
    const full = boxes.find(({ waiting, handed, bytes }) => !hasRoom(waiting + handed + 1, bytes));
    if (full !== undefined) {
      const help = `coord bus take ${shellWord(full.program)}, or coord bus forget ${shellWord(full.program)} --with-messages`;
      return warning(`the box of ${full.program} is full: messages to it are refused`, help);
    }
    const waiting = boxes.reduce((sum, box) => sum + box.waiting + box.handed, 0);
    return ok(
      boxes.length === 0
        ? 'no program is known here'
        : `${counted(boxes.length, 'program')}, ${counted(waiting, 'message')} not taken`,
    );
  },
};
