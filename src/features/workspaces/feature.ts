// What workspaces hand in.
import type { Feature } from '../../operations/feature.ts';

export const workspaces = (): Feature => ({
  name: 'workspaces',
  checks: async () => [(await import('./operations/doctor-check.ts')).workspacesCheck],
});
