// The files of the page, as the build left them beside the program: these, by their names, and no others.
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { namesIn, readBytes } from '../../../system/files/read-if-there.ts';
import { PAGE_PATH } from '../operations/page-address.ts';

const INDEX = 'index.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
/** Named after their content: what has such a name never changes. */
const NAMED_BY_CONTENT = /-[A-Z0-9]{8}\.(js|css)$/;

export interface Assets {
  /** False = the page has no such file. */
  answer(path: string, stream: string, response: ServerResponse): boolean;
}

export function createAssets(folder: string): Assets {
  const known = new Map<string, Buffer>();
  const contentOf = (name: string): Buffer | null => {
    const kept = known.get(name);
    if (kept !== undefined) return kept;
    if (TYPES[extname(name)] === undefined || !namesIn(folder).includes(name)) return null;
    const content = readBytes(join(folder, name));
    known.set(name, content);
    return content;
  };
  return {
    answer(path, stream, response) {
      const name = path === PAGE_PATH || path === `${PAGE_PATH}/` ? INDEX : path.slice(PAGE_PATH.length + 1);
      const content = contentOf(name);
      if (content === null) return false;
      response.writeHead(200, { ...headersOf(name, stream), 'Content-Length': content.length });
      response.end(response.req.method === 'HEAD' ? undefined : content);
      return true;
    },
  };
}

/** `stream`: where its WebSocket is, `ws://` and one of our hosts. What is not said here, the guard has said (request-guard.ts). */
function headersOf(name: string, stream: string): Record<string, string> {
  const type = { 'Content-Type': TYPES[extname(name)] ?? '' };
  if (NAMED_BY_CONTENT.test(name)) return { ...type, 'Cache-Control': 'private, max-age=31536000, immutable' };
  // Whoever opens many tabs at once asks for few files.
  if (name !== INDEX) return { ...type, 'Cache-Control': 'private, max-age=3600' };
  const rules = [
    "default-src 'none'",
    ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "manifest-src 'self'", `connect-src 'self' ${stream}`],
    ...[
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ],
  ];
  return {
    ...type,
    'Content-Security-Policy': rules.join('; '),
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}
