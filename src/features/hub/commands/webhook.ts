// coord hub webhook add, remove
import { hostname } from 'node:os';
import type { Context } from '../../../cli/context.ts';
import { EXIT } from '../../../errors.ts';
import { addWebhook, removeWebhook } from '../operations/webhooks.ts';

export async function add(context: Context, host: string, { json }: { readonly json?: boolean }): Promise<number> {
  const { path, secret, url } = await addWebhook(context.fleet(), host);
  const { protocol, port } = new URL(url ?? 'http://127.0.0.1:8888');
  const outside = `${protocol}//${hostname()}:${port}${path}`;
  if (json) context.out(JSON.stringify({ path, url: outside, secret }, null, 2));
  else {
    context.out(`address: ${outside} (as the git host reaches this computer; a proxy in front may call it otherwise)`);
    context.out(`secret:  ${secret}`);
    context.out('send: pushes, as application/json');
  }
  return EXIT.done;
}

export async function remove(context: Context, host: string): Promise<number> {
  await removeWebhook(context.fleet(), host);
  context.out(`webhooks of ${host} are not taken any more`);
  return EXIT.done;
}
