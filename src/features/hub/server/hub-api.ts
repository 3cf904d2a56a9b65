// What the local API tells of a hub of this folder: the very thing that `coord hub status --json` prints.
import type { ApiPart } from '../../../server/api.ts';
import { hubStatus } from '../operations/hub-status.ts';

export const hubApi: ApiPart = ({ folder }) => ({
  addRoutes(app) {
    app.get('/api/v1/hub', (c) => c.json(hubStatus(folder)));
  },
});
