// A small program for tests: `node stand-in.mjs <port> [what]`. It answers /health with 200, and what `what` says otherwise: `ill` with 500,
// `hangs` never. A file `<port>.ill` beside it makes it ill too. `away`: it leaves a child that listens, and ends with 0.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [port, what = ''] = process.argv.slice(2);
if (what === 'away') {
  spawn(process.execPath, [process.argv[1], port], { detached: true, stdio: 'ignore' }).unref();
  setTimeout(() => process.exit(0), 600);
} else {
  createServer((_request, answer) => {
    if (what === 'hangs') return;
    answer.statusCode = what === 'ill' || existsSync(`${port}.ill`) ? 500 : 200;
    answer.end(`${process.pid}`);
  }).listen(Number(port), '127.0.0.1', () => console.log(`listens on ${port}`));
}
