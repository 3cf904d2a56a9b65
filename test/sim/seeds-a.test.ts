import { describe } from 'vitest';
import { seedsOf } from './seeds.ts';

describe('simulated fleets, the first ones', () => seedsOf(0, 50));
