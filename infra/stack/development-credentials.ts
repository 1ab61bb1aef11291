/**
 * Credentials of the development stack. Anyone can read them here, so production mode refuses them
 * (infra/config/configuration.ts).
 */
export const developmentCredentials = { user: 'soma', password: 'soma_dev_pass', database: 'somabrain' } as const
