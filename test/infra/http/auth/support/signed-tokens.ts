import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** An instant that tests take for now; milliseconds since 1970. */
export const NOW = Date.UTC(2026, 10, 21, 12)
const SECONDS = NOW / 1000

export const SECRET = 'a secret of this test: 32 bytes or more'

/** Claims of a token that is good at NOW. */
export const goodClaims: JWTPayload = {
  sub: 'agent-7',
  tenant_id: 'acme',
  roles: ['reader', 'writer'],
  namespaces: ['notes'],
  iat: SECONDS - 60,
  exp: SECONDS + 600,
}

export const inSeconds = (seconds: number): number => SECONDS + seconds

/** Signs whatever it is given. `undefined` takes a claim away. */
export function signed(
  key: CryptoKey | Uint8Array,
  header: { readonly alg: string; readonly [name: string]: unknown },
  claims: JWTPayload = {},
): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims }).setProtectedHeader(header).sign(key)
}

export const withSecret = (claims: JWTPayload = {}, secret = SECRET): Promise<string> =>
  signed(new TextEncoder().encode(secret), { alg: 'HS256' }, claims)

/** A key pair of an issuer, as it signs with it and publishes it. */
export interface IssuerKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly pem: string
  readonly jwk: JWK
}

export async function issuerKey(alg: string, kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return { alg, kid, privateKey, pem: await exportSPKI(publicKey), jwk }
}

export const signedBy = ({ alg, kid, privateKey }: IssuerKey, claims: JWTPayload = {}): Promise<string> =>
  signed(privateKey, { alg, kid }, claims)
