// How many files of code node loads for a command: as its own coverage names them, and so no busy computer bends the figure.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `folder`: for node to write into; it is made. */
export function filesLoaded(args: readonly string[], folder: string): number {
  execFileSync(process.execPath, args, { env: { ...process.env, NODE_V8_COVERAGE: folder }, stdio: 'ignore' });
  // Processes that it started and that are node themselves have reports of their own; its own is the largest.
  return Math.max(...readdirSync(folder).map((name) => urlsIn(join(folder, name)).size));
}

function urlsIn(report: string): Set<string> {
  const { result } = JSON.parse(readFileSync(report, 'utf8')) as { result: { url: string }[] };
  return new Set(result.map(({ url }) => url).filter((url) => url.startsWith('file:')));
}
