// What the bus adds to the local API: its routes, and the stream of a program. What programs send goes through one post, whatever way it came.
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
