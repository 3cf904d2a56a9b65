// The growth of main over the simulated year as an SVG of its own: no script, no font from elsewhere, readable in both colours of a page.
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [720, 320, 64, 40, 24];
const [BLUE, GREEN] = ['#0b6bcb', '#1a7f37'];

export interface Point {
  readonly day: number;
  readonly bytes: number;
  /** Where a standing `coord compact` keeps the history short. */
  readonly keptBytes: number;
}

/** `coord compact --keep <keptDays>d --at-least <atLeastBytes>` each third day. */
export interface Standing {
  readonly keptDays: number;
  readonly atLeastBytes: number;
}

export function yearPlot(points: readonly Point[], standing: Standing): string {
  const days = Math.max(1, ...points.map(({ day }) => day));
  const most = Math.max(1, ...points.map(({ bytes }) => bytes));
  const step = stepOf(most);
  const top = Math.ceil(most / step) * step;
  const x = (day: number) => LEFT + (day / days) * (WIDTH - LEFT - 16);
  const y = (bytes: number) => HEIGHT - BOTTOM - (bytes / top) * (HEIGHT - BOTTOM - TOP);
  const line = (of: (point: Point) => number, colour: string) =>
    `<polyline points="${points.map((point) => `${x(point.day).toFixed(1)},${y(of(point)).toFixed(1)}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  const legend = (at: number, colour: string, text: string) =>
    `<text x="${LEFT + 16}" y="${TOP + 18 * at}" fill="${colour}">${text}</text>`;
  const levels = Array.from({ length: Math.round(top / step) + 1 }, (_, at) => at * step);
  const { keptDays, atLeastBytes } = standing;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    '<title>Growth of main over the simulated time, packed</title>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...levels.flatMap((bytes) => [
      `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(bytes).toFixed(1)}" y2="${y(bytes).toFixed(1)}" stroke="#ddd"/>`,
      `<text x="${LEFT - 8}" y="${(y(bytes) + 4).toFixed(1)}" text-anchor="end" fill="#333">${(bytes / 1e6).toFixed(step < 1e6 ? 1 : 0)} MB</text>`,
    ]),
    line(({ bytes }) => bytes, BLUE),
    line(({ keptBytes }) => keptBytes, GREEN),
    legend(1, BLUE, 'all history is kept'),
    legend(2, GREEN, `coord compact --keep ${keptDays}d --at-least ${Math.round(atLeastBytes / 1024 ** 2)}MB, each third day`),
    `<text x="${WIDTH - 16}" y="${HEIGHT - 12}" text-anchor="end" fill="#333">day ${days}</text>`,
    `<text x="${LEFT}" y="${HEIGHT - 12}" fill="#333">day 0</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function stepOf(most: number): number {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((it) => it * power).find((it) => it >= raw) ?? raw;
}
