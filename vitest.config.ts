import { defineConfig } from 'vitest/config'

const NEEDS_REDIS = process.env.REDIS_URL ? [] : ['tests/feeds/**']
if (NEEDS_REDIS.length > 0) process.stderr.write('tests/feeds is about what is kept in Redis: set REDIS_URL to run it, as .ci/run does.\n')

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: ['tests/browser/**', 'node_modules/**', ...NEEDS_REDIS],
    globalSetup: ['tests/database-server.ts'],
    pool: 'forks',
    // Tests run as the server does, by Node's own type stripping and module resolution.
    experimental: { viteModuleRunner: false },
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
