// coord demo --page: the same machines with daemons, and the page of the first, until whoever plays ends it.
import { setTimeout as delay } from 'node:timers/promises';
import { CoordError } from '../../../errors.ts';
import { openInBrowser } from '../../../system/process/browser.ts';
import type { Context } from '../../context.ts';
import type { Stage } from './demo-stage.ts';

const READY_MS = 30_000;
/** A run that a page can be seen to follow. */
const BUILD = 'for step in 1 2 3 4 5 6 7 8 9; do echo "step $step of 9"; sleep 5; done; echo built';

/** Leaves nothing running. `mayOpen`: in the browser of whoever plays, where there is one. */
export async function playPage(
  context: Context,
  stage: Stage,
  machines: readonly [string, string, string],
  mayOpen: boolean,
): Promise<void> {
  const [first, second, third] = machines;
  stage.says('Now each machine has a daemon, and the first one serves the page of the fleet.');
  try {
    stage.coord(second, ['order', 'add', 'release', '--for', second, '--approval', '--', 'echo released']);
    stage.coord(second, ['order', 'add', 'build', '--for', third, '--', BUILD]);
    for (const name of machines) stage.coord(name, ['daemon', 'start']);
    stage.coord(second, ['send', first, 'The GPU is free until noon.']);
    const address = await addressOf(stage, first);
    const isOpened = mayOpen && (await openInBrowser(address, process.env, process.platform));
    stage.says(
      isOpened
        ? 'The page is open in your browser.'
        : 'Open this in a browser. It lets one in, once, within a minute; for another: coord dash',
    );
    context.out(isOpened ? `  ${address.replace(/#.*/, '')}` : `  ${address}`);
    context.out('');
    context.out('Ctrl-C ends the three daemons, and the demo.');
    await interrupted();
  } finally {
    for (const name of machines) stage.quietly(name, ['daemon', 'stop']);
  }
}

/** With a ticket, once its daemon answers. */
async function addressOf(stage: Stage, name: string): Promise<string> {
  for (const untilMs = performance.now() + READY_MS; performance.now() < untilMs; await delay(200)) {
    const said = stage.quietly(name, ['dash', '--no-open']).trim();
    if (said.startsWith('http')) return said;
  }
  throw new CoordError('FAILED', `the demo stopped: the page of ${name} did not come up`, null);
}

function interrupted(): Promise<void> {
  const staying = setInterval(() => {}, 3_600_000);
  return new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  }).finally(() => clearInterval(staying));
}
