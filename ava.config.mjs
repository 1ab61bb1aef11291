export default {
  extensions: { ts: 'module' },
  files: ['test/**/*.test.ts'],
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  timeout: '3m',
  concurrency: 2,
}
