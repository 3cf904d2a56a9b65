import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { COORD_VERSION: '"0.0.0-test"' },
  test: {
    include: ['test/**/*.test.ts'],
    // Generous: a machine that is busy with other work is slow, not wrong.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 4,
    setupFiles: [],
  },
});
