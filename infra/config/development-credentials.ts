/** Credentials of the development files: anyone can read them, so production mode refuses them. */
export const DEVELOPMENT_CREDENTIALS: ReadonlySet<string> = new Set(['dev-token', 'soma_dev_pass', 'soma'])
