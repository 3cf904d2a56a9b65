// Says what WSL does to whatever runs in it, whoever starts that.
import type { RunTool } from './run-tool.ts';

/** What systemd or cron runs does not count there. */
const WSL_ENDS =
  'WSL ends soon after its last window, and this with it; to keep WSL going: instanceIdleTimeout=-1 below [general] in .wslconfig';

/** None on any other system. */
export async function wslCaveats(tool: RunTool): Promise<readonly string[]> {
  const kernel = await tool('uname', ['-r']);
  return /microsoft/i.test(kernel?.stdout.toString() ?? '') ? [WSL_ENDS] : [];
}
