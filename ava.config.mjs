const fast = process.env.SOMABRAIN_TESTS === 'fast'

// SOMABRAIN_TESTS=fast leaves out what takes long, needs the machine to itself, or needs the real parts (`npm run stack -- up`):
// `npm run check` is to stay under a minute.
const slow = [
  '!test/chaos/**',
  '!test/acceptance/**',
  '!test/bench/**',
  '!test/**/*.slow.test.ts',
  '!test/**/*.real.test.ts',
]

export default {
  extensions: { ts: 'module' },
  files: ['test/**/*.test.ts', ...(fast ? slow : [])],
  require: ['./test/support/forget-settings.ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  environmentVariables: { NO_COLOR: '1' },
  timeout: '3m',
  // Fast tests wait for their timers more than they compute; the others have the machine to themselves.
  concurrency: fast ? 3 : 2,
}
