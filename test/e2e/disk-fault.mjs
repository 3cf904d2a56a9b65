// Loaded into a process of coord, or into the watchdog that it starts, before anything else (node --import): a disk that fails one kind
// of call on one kind of file, with the error that the system would give. TEST_DISK_FAULT says which; see disk-faults.long.test.ts.
import { createRequire, syncBuiltinESMExports } from 'node:module';

const require = createRequire(import.meta.url);
const [fs, processes] = [require('node:fs'), require('node:child_process')];
const asked = process.env.TEST_DISK_FAULT ?? '';
const { call, file, code, within = 'coord', times = 1e9, mark } = JSON.parse(asked || '{}');
const matches = new RegExp(file ?? '$^');
/** Paths of what is open, by number. */
const open = new Map();
const realAppend = fs.appendFileSync;
const realOpen = fs.openSync;
let left = times;

/** The calls of each kind, and where their path is. */
const CALLS = {
  open: ['openSync'],
  write: ['writeFileSync', 'writeSync'],
  fsync: ['fsyncSync'],
  rename: ['renameSync'],
  link: ['linkSync'],
  mkdir: ['mkdirSync'],
  remove: ['rmSync'],
  read: ['readFileSync', 'readSync'],
};

function mayFail(name, args) {
  // A rename or a link is named by where it leads.
  const at = name === 'renameSync' || name === 'linkSync' ? args[1] : args[0];
  const path = typeof at === 'number' ? open.get(at) : String(at);
  if (path === undefined || left <= 0 || !matches.test(path)) return;
  left -= 1;
  if (mark !== undefined) realAppend(mark, `${name} ${path}\n`);
  const words = { ENOSPC: 'no space left on device', EIO: 'i/o error' }[code];
  throw Object.assign(new Error(`${code}: ${words}, ${name.replace('Sync', '')} '${path}'`), { code, syscall: name });
}

if (asked !== '' && within === 'coord') {
  for (const name of CALLS[call]) {
    const real = fs[name];
    fs[name] = (...args) => {
      mayFail(name, args);
      return real(...args);
    };
  }
  const nowOpen = fs.openSync;
  fs.openSync = (path, ...rest) => {
    const number = (call === 'open' ? nowOpen : realOpen)(path, ...rest);
    open.set(number, String(path));
    return number;
  };
} else if (asked !== '') {
  const real = processes.spawn;
  processes.spawn = (program, args, options) => {
    if (!/watchdog\.js$/.test(args?.[0] ?? '')) return real(program, args, options);
    const fault = { TEST_DISK_FAULT: JSON.stringify({ ...JSON.parse(asked), within: 'coord' }) };
    return real(program, args, { ...options, env: { ...options.env, ...fault, NODE_OPTIONS: process.env.NODE_OPTIONS } });
  };
}
syncBuiltinESMExports();
