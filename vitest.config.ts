import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Code compiled once serves every process that tests start: a command takes half as long to begin. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') }

/** What watches how long something takes, or stops and kills what it finds. */
const alone = ['test/e2e/electron/**/*.test.ts', ...['kills', 'out-of-memory', 'sleep'].map((name) => `test/e2e/faults/${name}.test.ts`)]

/** Groups run one after another, so that timing-sensitive ends do not compete with number crunching. */
export default defineConfig({
  test: {
    pool: 'forks',
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/unit/**/*.test.ts', 'test/contract/**/*.test.ts', 'test/store/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'engine',
          env,
          include: ['test/engine/**/*.test.ts', 'test/training/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          // A browser waits for its studio, and that for an engine, as a command does: two at once take little longer than one.
          name: 'browser',
          env,
          globalSetup: 'test/e2e/known-engines.ts',
          setupFiles: 'test/e2e/tell-failures.ts',
          include: ['test/e2e/web*.test.ts'],
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'e2e',
          env,
          globalSetup: 'test/e2e/known-engines.ts',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/web*.test.ts', ...alone],
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'alone',
          env,
          globalSetup: 'test/e2e/known-engines.ts',
          include: alone,
          maxWorkers: 1,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
})
