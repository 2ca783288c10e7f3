import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/database-server.ts'],
    pool: 'forks',
    // Tests run as the server does, by Node's own type stripping and module resolution.
    experimental: { viteModuleRunner: false },
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
})
