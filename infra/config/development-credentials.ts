/** Of the development files and of everybody's first try: anyone can know them, so production mode refuses them. */
export const DEVELOPMENT_CREDENTIALS: ReadonlySet<string> = new Set([
  'dev-token',
  'soma_dev_pass',
  'soma',
  'somabrain',
  'postgres',
  'redis',
  'password',
  'secret',
  'changeme',
  'change-me',
  'development-secret-of-32-bytes-or-more',
])
