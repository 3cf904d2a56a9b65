// The bus of the programs of one machine, over HTTP.
import type { Api, ApiDeps } from './api.ts';

export function busRoutes(_app: Api, _deps: ApiDeps): void {}
