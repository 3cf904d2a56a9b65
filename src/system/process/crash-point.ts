// Kills this process at a step that a test names: `pushed`, or `pushed:2` for the second time it comes there. Only tests set this.
export const CRASH_AT = 'COORD_CRASH_AT';

export function crashPoint(asked: string | undefined): (step: string) => void {
  if (asked === undefined) return () => {};
  const [name, times = '1'] = asked.split(':');
  let left = Number(times);
  return (step) => {
    if (step !== name) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
