import { describe } from 'vitest';
import { seedsOf } from './seeds.ts';

describe('simulated fleets, the others', () => seedsOf(1, 250));
