import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import type { Identity } from '../../../domain/identity.ts'
import type { AuthFailureReason } from './auth-failure-reasons.ts'
import { AuthenticationError, type Authenticator } from './authenticator.ts'

const developer: Identity = {
  tenant: 'default',
  principal: 'development',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces: null,
  credential: 'loopback',
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')
loopback.addSubnet('::ffff:127.0.0.0', 104, 'ipv6')

/** The addresses that nearly every request names are told without the list, which costs a call out of JavaScript. */
const isLoopbackAddress = (address: string): boolean =>
  address === '127.0.0.1' || address === '::1' || isInList(address)

const isInList = (address: string): boolean =>
  isIPv4(address) ? loopback.check(address, 'ipv4') : isIPv6(address) && loopback.check(address, 'ipv6')

/**
 * Development without credentials: whoever is on this machine. A proxy on this machine speaks for whoever reaches it, so a
 * request that one says it passed on is refused. A browser on this machine also acts for the sites it shows, so a Host
 * that is no loopback name (DNS rebinding) and an Origin other than this server are refused.
 */
export const loopbackAuthenticator: Authenticator = {
  authenticate(headers, remoteAddress) {
    if (!isLoopbackAddress(remoteAddress)) {
      throw refused('not_loopback', 'No credential is configured, so only loopback peers are served')
    }
    guardAgainstProxies(headers)
    guardAgainstBrowsers(headers)
    return developer
  },
}

/** What a proxy says is not looked at, only that it says something: the peer is the proxy, whoever it names. */
function guardAgainstProxies(headers: IncomingHttpHeaders): void {
  for (const name in headers) {
    if (!PASSED_ON.has(name) && !name.startsWith('x-forwarded-')) continue
    throw new AuthenticationError('proxied', {
      code: 'forbidden',
      detail: `No credential is configured, and the header ${name} says that a proxy passed the request on`,
      expected:
        'a server with a credential: SOMABRAIN_API_TOKEN, SOMABRAIN_API_TOKENS=1 or tokens of an identity provider (docs/how-to/sign-in.md)',
    })
  }
}

/** RFC 7239 and RFC 9110 §7.6.3, and what nginx is usually told to send. Node gives names in lower case. */
const PASSED_ON: ReadonlySet<string> = new Set(['forwarded', 'via', 'x-real-ip'])

function guardAgainstBrowsers(headers: IncomingHttpHeaders): void {
  const host = headers.host ?? ''
  if (!isLoopbackHost(host)) {
    throw refused('foreign_host', 'Without credentials the Host header has to be a loopback name')
  }
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw refused('foreign_origin', 'Without credentials no other origin is served')
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    throw refused('foreign_origin', 'Without credentials no other site is served')
  }
}

function isLoopbackHost(host: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::\d{1,5})?$/.exec(host)
  if (match === null) return false
  const name = match[1]!.toLowerCase()
  return name === 'localhost' || isLoopbackAddress(name.startsWith('[') ? name.slice(1, -1) : name)
}

const refused = (reason: AuthFailureReason, detail: string): AuthenticationError =>
  new AuthenticationError(reason, {
    code: 'forbidden',
    detail,
    expected:
      'a request from this machine to a loopback name, or a server with credentials configured (docs/how-to/sign-in.md)',
  })
