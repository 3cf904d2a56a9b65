import { describe } from 'vitest';
import { seedsOf } from './seeds.ts';

describe('simulated fleets, the other half', () => seedsOf(1));
