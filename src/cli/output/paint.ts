// Colours for a terminal. Where there are none, nothing is loaded.

export type Paint = Readonly<Record<'bold' | 'dim' | 'inverse' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>>;

const plain = (text: string) => text;
export const PLAIN: Paint = { bold: plain, dim: plain, inverse: plain, red: plain, green: plain, yellow: plain, cyan: plain };

export async function createPaint(isColoured: boolean): Promise<Paint> {
  return isColoured ? (await import('picocolors')).default.createColors(true) : PLAIN;
}
