// The one list of what features add to the local API.
import type { ApiPart } from '../server/api.ts';
import { artifactsApi } from './artifacts/server/artifact-routes.ts';
import { busApi } from './bus/server/bus-api.ts';
import { handOffApi } from './handoff/server/handoff-api.ts';
import { hubApi } from './hub/server/hub-api.ts';
import { pageApi } from './page/server/page-api.ts';
import { servicesApi } from './services/server/instance-routes.ts';
import { trustApi } from './trust/server/trust-api.ts';

export const API_PARTS: readonly ApiPart[] = [servicesApi, artifactsApi, busApi, handOffApi, hubApi, pageApi, trustApi];
