/** How libpq's `sslmode` is taken. `allow` and `prefer` promise nothing, and the client cannot fall back: refused. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full']

export interface ParsedDsn {
  readonly connectionString: string
  /** What the DSN itself sets for its sessions (`options=-c …`). */
  readonly sessionOptions: readonly string[]
}

/**
 * Checks a Postgres DSN. `sslmode` means what it means to libpq: `require` encrypts without asking who answers (with
 * `sslrootcert` it asks for that authority), `verify-full` checks authority and host name. Throws an error that names
 * the fault and never the DSN, which holds a password.
 */
export function parseDsn(dsn: string): ParsedDsn {
  if (!URL.canParse(dsn))
    throw new Error('The Postgres DSN is not a URL: postgresql://user:password@host:port/database')
  const url = new URL(dsn)
  if (url.protocol !== 'postgresql:' && url.protocol !== 'postgres:') {
    throw new Error(`The Postgres DSN begins with ${url.protocol}//, not with postgresql://`)
  }
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !SSL_MODES.includes(mode)) {
    throw new Error(`sslmode=${mode} in the Postgres DSN: one of ${SSL_MODES.join(', ')} is expected`)
  }
  // Without it `pg` takes `require` for `verify-full`, which no other client of the same DSN does.
  if (mode !== null) url.searchParams.set('uselibpqcompat', 'true')
  const sessionOptions = url.searchParams.getAll('options')
  url.searchParams.delete('options')
  return { connectionString: url.href, sessionOptions }
}
