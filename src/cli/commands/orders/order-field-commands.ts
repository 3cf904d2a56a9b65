// `coord order add` and `coord order set`: their options are the fields of an order. Apart from the other commands, because the quick path
// knows some of those, and loads no list of fields.
import { type CommandDescriptor, RESULT_AS_JSON } from '../../command.ts';
import { EDITS } from '../../exit-codes.ts';
import { ADD_COMPLETES, ADD_OPTIONS, SET_OPTIONS } from '../../input/order-options.ts';

export const orderAdd: CommandDescriptor = {
  words: 'order add <id> [command...]',
  isSigned: true,
  summary: 'Place an order',
  example: 'coord order add build --for 2 -- npm run build',
  options: [...ADD_OPTIONS, RESULT_AS_JSON],
  completes: { id: 'nothing', ...ADD_COMPLETES },
  exitCodes: EDITS,
  run: async (context, id, command, options) => (await import('./order-add.ts')).run(context, id, command, options),
};

export const orderSet: CommandDescriptor = {
  words: 'order set <id>',
  isSigned: true,
  summary: 'Change an order that has not ended',
  example: 'coord order set build --priority urgent',
  options: [...SET_OPTIONS, RESULT_AS_JSON],
  exitCodes: EDITS,
  run: async (context, id, options) => (await import('./order-change.ts')).set(context, id, options),
};
