// The machine that measured, in words that name neither it nor its folders.
import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, release, type } from 'node:os';

export function describeMachine(): string {
  const cores = cpus();
  const git = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim().replace('git version ', 'git ');
  const model = cores[0]?.model.trim();
  const what = `${cores.length} cores${model ? ` (${model})` : ''}, ${type()} ${release()} ${arch()}`;
  return `${what}, ${git}, node ${process.versions.node}; load ${(loadavg()[0] ?? 0).toFixed(1)} when the run began`;
}

/** Tells how much of all cores was busy since it was made, from 0 to 1. */
export function watchCpu(): () => number {
  const read = () => {
    let [busy, all] = [0, 0];
    for (const { times } of cpus()) {
      const sum = times.user + times.nice + times.sys + times.irq + times.idle;
      all += sum;
      busy += sum - times.idle;
    }
    return { busy, all };
  };
  const from = read();
  return () => {
    const to = read();
    return (to.busy - from.busy) / Math.max(1, to.all - from.all);
  };
}
