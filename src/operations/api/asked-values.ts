// What a caller may put into a request, whether it comes by HTTP or by MCP: the words of what was expected are the same.
import * as z from 'zod';

export const text = (max: number) =>
  z.string('expected text').min(1, 'expected text, found none').max(max, `expected at most ${max} characters`);

export const line = (max: number) => text(max).regex(/^[^\p{Cc}]*$/u, 'expected one line without control characters');

export const machine = z.union([z.number().int().min(0).max(9999), line(100)], 'expected the number or the name of a machine');
