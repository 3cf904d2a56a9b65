// Defines `artifacts` of an order (A1): which files its run leaves for others.
import { orderField } from '../../../documents/orders/order-field.ts';

declare module '../../../core/model/orders/order.ts' {
  interface Order {
    /** A1: patterns of the files that its run leaves; absent = none. */
    readonly artifacts?: readonly string[];
  }
}

/** Below the folder of the run, and with nothing that a later version may give a meaning. */
const PATTERN =
  /^(?![/~-])(?!.*\/-)(?!(?:.*\/)?\.\.(?:\/|$))(?!.*\/\/)(?!(?:.*\/)?\.git(?:\/|$))[^\u0000-\u001f\u007f-\u009f\\[\]{}!]+$/;
const PATTERNS_MAX = 20;

export const artifactFields = {
  artifacts: orderField({
    schema: ({ z }) => z.array(z.string().min(1).max(200).regex(PATTERN)).min(1).max(PATTERNS_MAX),
    expected: 'a list of paths below its folder, in which * stands for any name and ** for any folders',
    words: 'Files below its folder that the run leaves for others; `*` stands for any name, `**` for any folders.',
    docs: 'files below its folder that the run leaves for others, such as `["dist/*.tgz", "report/"]` ([artifacts.md](artifacts.md))',
    docsDefault: 'none',
    // A request has no folder.
    means: (patterns, { call }) => (patterns === undefined || call !== undefined ? {} : { artifacts: patterns }),
    changes: 'work',
    named: true,
    task: 'list',
    options: [['--artifacts <files>', 'files below its folder that the run leaves for others', { is: 'list' }]],
  }),
};
