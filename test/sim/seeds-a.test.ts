import { describe } from 'vitest';
import { seedsOf } from './seeds.ts';

describe('simulated fleets, one half', () => seedsOf(0));
