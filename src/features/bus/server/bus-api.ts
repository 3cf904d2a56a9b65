// Adds the bus to the local API: its routes, and the stream of a program. All that programs send goes through one post.
import type { ApiPart } from '../../../server/api.ts';
import { createPost } from './bus-post.ts';
import { busRoutes } from './bus-routes.ts';
import { createBusStream } from './bus-stream.ts';

export const busApi: ApiPart = (deps) => {
  const post = createPost(deps);
  return {
    addRoutes: (app) => busRoutes(app, deps, post),
    openStream: (limits) => createBusStream({ ...deps, post }, limits),
  };
};
