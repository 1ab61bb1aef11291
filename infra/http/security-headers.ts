import type { IncomingMessage, ServerResponse } from 'node:http'
import helmet from 'helmet'

const options = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  // Whoever ends TLS in front of this server says for how long its name is HTTPS only.
  strictTransportSecurity: false,
} as const

/**
 * The headers that helmet sets, read off it once: they are the same for every answer, and helmet works them out anew
 * for each (9 % of a `POST /remember`, measured).
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value
    },
    removeHeader: () => {},
  }
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error !== undefined) throw error
  })
  return Object.freeze(headers)
}
