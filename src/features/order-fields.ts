// The one list of order fields that features add. What reads orders reads it and knows no feature.
import { agentFields } from './agents/documents/agent-fields.ts';
import { artifactFields } from './artifacts/documents/artifact-fields.ts';
import { trustFields } from './trust/documents/trust-fields.ts';
import { workspaceFields } from './workspaces/documents/workspace-fields.ts';

/** Of kinds of work. */
export const KIND_FIELDS = {
  ...agentFields,
};

/** What any order may say besides. */
export const MORE_FIELDS = {
  ...workspaceFields,
  ...trustFields,
  ...artifactFields,
};
