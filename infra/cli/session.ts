import { createServerClient, type ServerClient } from './server-client.ts'
import { UnreachableError } from './server-error.ts'

/** A server in this process, on a free port, for as long as a verb needs it. */
export interface EmbeddedServer {
  readonly url: string
  /** The credential that it asks for, `null` for none. */
  readonly token: string | null
  close(): Promise<void>
}

/** The data directory cannot be opened in this process; the message says why and what to do. */
export class CannotOpenError extends Error {
  constructor(reason: string, cause: unknown) {
    super(reason, { cause })
    this.name = 'CannotOpenError'
  }
}

export interface SessionOptions {
  readonly url: string
  readonly token: string | null
  /** Opens the data directory in this process. `null`: only the server at `url` will do. */
  readonly startEmbedded: (() => Promise<EmbeddedServer>) | null
}

export interface Session {
  readonly client: ServerClient
  readonly isEmbedded: boolean
  close(): Promise<void>
}

const PROBE_TIMEOUT_MS = 2_000
/** A request may wait for a fold that is catching up, or for the disk: long, but not for ever. */
const REQUEST_TIMEOUT_MS = 120_000

/** `null` when a server answers at `url`, healthy or not. */
async function reach(url: string, token: string | null): Promise<UnreachableError | null> {
  try {
    await createServerClient({ url, token, timeoutMs: PROBE_TIMEOUT_MS }).health()
    return null
  } catch (error) {
    if (error instanceof UnreachableError) return error
    throw error
  }
}

/** The server that answers at `url`, else one of its own in this process. Throws an {@link UnreachableError} without either. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { url, token, startEmbedded } = options
  const reached = await reach(url, token)
  if (reached === null) {
    const client = createServerClient({ url, token, timeoutMs: REQUEST_TIMEOUT_MS })
    return { client, isEmbedded: false, close: async () => {} }
  }
  if (startEmbedded === null) throw reached
  const server = await startEmbedded().catch((error: Error) => {
    throw new CannotOpenError(error.message, error)
  })
  const client = createServerClient({ url: server.url, token: server.token, timeoutMs: REQUEST_TIMEOUT_MS })
  return { client, isEmbedded: true, close: () => server.close() }
}
