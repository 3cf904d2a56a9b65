// coord demo --page: the same machines with daemons, and the page of the first, until whoever plays ends it.
import { once } from 'node:events';
import { openInBrowser } from '../../../system/process/browser.ts';
import type { Context } from '../../context.ts';
import { saidWith, withDaemons } from './demo-daemons.ts';
import type { Stage } from './demo-stage.ts';

/** A run that a page can be seen to follow. */
const BUILD = 'for step in 1 2 3 4 5 6 7 8 9; do echo "step $step of 9"; sleep 5; done; echo built';

/** In Markdown, as people and agents write. */
const HAND_OFF = [
  ...['handoff', 'The refresh of tokens **works** and has tests.', '--project', 'app'],
  ...['--open', '- Refresh while offline\n- Two clients at once', '--next', 'Read `src/auth/`, then try it with two clients.'],
];

/** `mayOpen`: in the browser of whoever plays, where there is one. */
export async function playPage(
  context: Context,
  stage: Stage,
  machines: readonly [string, string, string],
  mayOpen: boolean,
): Promise<void> {
  const [first, second, third] = machines;
  stage.says('Now each machine has a daemon, and the first one serves the page of the fleet.');
  await withDaemons(stage, machines, async (signal) => {
    stage.coord(second, ['order', 'add', 'release', '--for', second, '--approval', '--', 'echo released']);
    stage.coord(second, ['order', 'add', 'build', '--for', third, '--', BUILD]);
    for (const name of machines) stage.coord(name, ['daemon', 'start']);
    stage.coord(second, ['send', first, 'The GPU is free until noon.']);
    stage.coord(third, HAND_OFF);
    const address = await saidWith(stage, first, ['dash', '--no-open'], 'http', signal);
    const isOpened = mayOpen && (await openInBrowser(address, process.env, process.platform));
    stage.says(isOpened ? 'The page is open in your browser.' : 'Open this in a browser. It lets one in, once, within a minute.');
    context.out(isOpened ? `  ${address.replace(/#.*/, '')}` : `  ${address}`);
    context.out('');
    context.out(`For another: ${stage.typed(first, 'dash')}`);
    context.out('Ctrl-C ends the three daemons, and the demo.');
    if (!signal.aborted) await once(signal, 'abort');
  });
}
