/** Of the development stack's stores. */
export interface StoreCredentials {
  /** A superuser of Postgres. */
  readonly user: string
  readonly password: string
  readonly redisPassword: string
}

/** Anyone can read them here, so production mode refuses them (infra/config/configuration.ts). */
export const developmentCredentials: StoreCredentials = {
  user: 'soma',
  password: 'soma_dev_pass',
  redisPassword: 'soma_dev_pass',
}
