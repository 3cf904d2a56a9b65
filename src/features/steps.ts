// The one list of what features do in a cycle, after the actions that were decided.
import type { FeatureStep } from '../machine/context.ts';
import { publishArtifacts } from './artifacts/steps/publishing.ts';
import { wakeOthers } from './wake/steps/waking.ts';

export const STEPS: readonly FeatureStep[] = [wakeOthers, publishArtifacts];
