// Makes dist/, or the folder that is named: the program with one chunk a subcommand, and as entries of their own the sync, the quick
// commands, the agents' hook, the watchdog and the screen of `coord top`. Every package is taken in, of the version in the lock file: what was
// tested is what runs, an install brings nothing else along, and no start looks for more files than it must.
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildPage } from './build-page.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { licensesOf } from './licenses.mjs';

/** Packages in the old format ask for node's own modules by `require`, which a module does not have. */
const REQUIRE = "import { createRequire as coordRequire } from 'node:module';\nconst require = coordRequire(import.meta.url);";

/** What main.js loads beside the files that are built alone. */
const BEHIND_MAIN = [
  'src/cli/cli.ts',
  'src/compose.ts',
  'src/runs/send-call.ts',
  'src/features/artifacts/adapters/run-phase.ts',
  'src/features/agents/adapters/run-agent.ts',
  'src/features/workspaces/adapters/run-phase.ts',
  'src/features/hub/adapters/broker-process.ts',
];

const NOT_IN_SYNC = [
  './operations/doctor-check.ts',
  './operations/companion.ts',
  './operations/bus.ts',
  './operations/send-to.ts',
  './operations/record.ts',
  './ledger/remote/remotes.ts',
  './ledger/remote/git-examiner.ts',
  './adapters/detect.ts',
  './adapters/ask-agent.ts',
  './adapters/supervisor.ts',
  './server/stream/companion.ts',
];

/** What speaks MQTT, as it is asked for. */
const BROKER = './broker-connection.ts';

/** `more`: entries beside those of the program, for tests that use its parts in a process of their own. */
export async function build(outdir = join(root, 'dist'), more = []) {
  const esbuild = await import('esbuild');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  rmSync(outdir, { recursive: true, force: true });
  const common = {
    absWorkingDir: root,
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    define: { COORD_VERSION: JSON.stringify(version), COORD_BUILD: JSON.stringify(buildOf()) },
    metafile: true,
    // They stand in LICENSES.txt.
    legalComments: 'none',
    logLevel: 'warning',
  };
  const make = ({ plugins = [], ...own }) => esbuild.build({ ...common, ...own, plugins: [noEngines, ...plugins] });
  const chunks = { splitting: true, chunkNames: 'chunks/[name]-[hash]' };
  const apart = [
    leaveOut('../../top/screen.ts', '../top.js'),
    leaveOut('../../../mcp/server.ts', '../mcp.js'),
    leaveOut(BROKER, '../broker.js'),
  ];
  const made = [
    await make({ ...chunks, outbase: 'src', entryPoints: [...new Set([...BEHIND_MAIN, ...more])], plugins: apart }),
    // One file: every start loads it, and answers --version out of it. What it asks for is an entry of its own.
    await make({ banner: {}, entryPoints: ['src/main.ts'], plugins: [loadsEntries] }),
    // One file: each further one costs a start about a millisecond.
    // What node brings along is called so, and told from a package. Written in the shortest forms: each start reads it.
    await make({
      banner: {},
      entryPoints: ['src/quick.ts'],
      minifySyntax: true,
      minifyWhitespace: true,
      alias: { path: 'node:path', url: 'node:url' },
    }),
    // One file in the old format, which node starts without the loader of modules: agents wait for it at every step.
    await make({
      banner: {},
      format: 'cjs',
      entryPoints: [{ in: 'src/features/hooks/hook.ts', out: 'coord-hook' }],
      outExtension: { '.js': '.cjs' },
      plugins: [lateCrypto],
    }),
    // One file, of nothing but what a sync does: what else a world can do, it never asks for.
    await make({
      entryPoints: ['src/plain-sync.ts'],
      plugins: [...NOT_IN_SYNC.map((it) => leaveOut(it, it)), leaveOut(BROKER, './broker.js')],
    }),
    // One file: an upgrade that replaces the chunks cannot break the start of a run.
    await make({ banner: {}, entryPoints: ['src/runs/watchdog.ts'] }),
    // One file: as chunks it would share some with all other commands, which would have more files to load.
    await make({ entryPoints: [{ in: 'src/cli/top/screen.ts', out: 'top' }] }),
    // One file, with the package for MQTT: nothing loads it where a fleet has no bell.
    await make({ entryPoints: [{ in: 'src/features/bell/adapters/broker-connection.ts', out: 'broker' }] }),
    // One file, with the packages of the protocol: nothing but `coord mcp` loads a byte of them.
    await make({
      entryPoints: [{ in: 'src/mcp/server.ts', out: 'mcp' }],
      plugins: [noValidator],
    }),
  ];
  const inputs = [...made.flatMap(({ metafile }) => Object.keys(metafile.inputs)), ...(await buildPage(esbuild, outdir))];
  writeFileSync(join(outdir, 'LICENSES.txt'), licensesOf(inputs));
  // Wherever it lies: without this, node reads each file twice to find out what it is.
  writeFileSync(join(outdir, 'package.json'), '{ "type": "module" }\n');
  chmodSync(join(outdir, 'main.js'), 0o755);
}

/** Of all that the program is made of. */
function buildOf() {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(tsx?|css|html)$/.test(path),
  );
  const hash = createHash('sha256');
  for (const path of [...sources.sort().map((it) => join('src', it)), 'package-lock.json'])
    hash.update(`${path}\n${readFileSync(join(root, path), 'utf8')}\n`);
  return hash.digest('hex').slice(0, 16);
}

/** What is imported as `name` is found in an entry of its own, at `path` from whoever asks for it. */
function leaveOut(name, path) {
  const filter = new RegExp(`^${name.replaceAll('.', '\\.')}$`);
  return {
    name: `leave out ${name}`,
    setup: ({ onResolve }) => onResolve({ filter }, () => ({ path, external: true })),
  };
}

/** Whatever is imported when it is needed lies in a file of its own, as it does in the source. */
const loadsEntries = {
  name: 'loads entries',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
      const source = relative(join(root, 'src'), join(resolveDir, path));
      return kind === 'dynamic-import' ? { path: `./${source.replace(/\.ts$/, '.js')}`, external: true } : undefined;
    }),
};

/** The hook wants chance for one thing in a hundred calls, and node's cryptography takes as long to load as all of the hook. */
const lateCrypto = {
  name: 'late crypto',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:crypto$/ }, ({ namespace }) =>
      namespace === 'late' ? { path: 'node:crypto', external: true } : { path: 'node:crypto', namespace: 'late' },
    );
    onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents: "export const randomUUID = () => require('node:crypto').randomUUID();",
    }));
  },
};

/** The protocol's package brings a validator for what a server asks of its client: ours asks nothing, and starts in half the time. */
const noValidator = {
  name: 'no validator',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path }) => ({ path, namespace: 'shims' }));
    onLoad({ filter: /.*/, namespace: 'shims' }, () => ({
      contents:
        "export { default as process } from 'node:process';\n" +
        "export class DefaultJsonSchemaValidator { getValidator() { throw new Error('no validator is there'); } }",
    }));
  },
};

/**
 * Front matter is read by our YAML alone: what gray-matter has for JavaScript evaluates it, and what it has for YAML is a package more. Of
 * its sections nothing is used.
 */
const noEngines = {
  name: 'no engines',
  setup: ({ onResolve, onLoad }) => {
    const isOfIt = /[\\/]gray-matter[\\/]/;
    onResolve({ filter: /^(\.\/|\.\/lib\/)engines$|^section-matter$/ }, ({ path, importer }) =>
      isOfIt.test(importer) ? { path, namespace: 'engines' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'engines' }, () => ({ contents: 'module.exports = {};' }));
  },
};

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('build.mjs')) {
  ensureInstalled();
  await build(process.argv[2], process.argv.slice(3));
}
