// Tests name a step of the program to be killed at, `pushed`, or the how manieth time it comes there, `pushed:2`. Nothing else sets this.
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
