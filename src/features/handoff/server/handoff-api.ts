// The hand-offs of all machines (D9), for the page: whole, as they were written.
import type { ApiPart } from '../../../server/api.ts';
import { listHandOffs } from '../operations/newest.ts';

/** More than anybody reads at once; the others are in `coord handoffs`. */
const SHOWN_MAX = 100;

export const handOffApi: ApiPart = ({ folder }) => ({
  addRoutes(app) {
    app.get('/api/v1/page/handoffs', (c) => {
      const all = listHandOffs(folder);
      return c.json({ handOffs: all.slice(0, SHOWN_MAX), count: all.length });
    });
  },
});
