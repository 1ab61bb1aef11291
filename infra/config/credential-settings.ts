import type { Setting } from './setting.ts'

/** Who may call. Several kinds may be configured together; docs/how-to/sign-in.md. */
export const credentialSettings: readonly Setting[] = [
  {
    name: 'SOMABRAIN_API_TOKEN',
    meaning:
      'Bearer token of tenant `default` with all roles. Without this or another credential only loopback peers are served',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_API_TOKENS',
    meaning:
      '1: callers need a token of `somabrain tokens create` where no other credential is configured. Those tokens are accepted in any case',
    default: '0',
    values: ['0', '1'],
  },
  {
    name: 'SOMABRAIN_JWT_SECRET',
    meaning: 'Secret of JWTs that are signed with HS256: at least 32 bytes',
    default: null,
    secret: true,
  },
  {
    name: 'SOMABRAIN_JWT_PUBLIC_KEY_FILE',
    meaning:
      'PEM file of the public keys that JWTs are verified with: RSA (RS256, PS256), P-256 (ES256) or Ed25519; up to 8, tried in turn',
    default: null,
  },
  {
    name: 'SOMABRAIN_JWKS_URL',
    meaning: 'Where the issuer publishes the keys of its JWTs: https://…, in place of a key file',
    default: null,
  },
  {
    name: 'SOMABRAIN_JWT_ISSUER',
    meaning: 'Issuer (`iss`) that a JWT must name; required in production with public keys. Unset: any',
    default: null,
  },
  {
    name: 'SOMABRAIN_JWT_AUDIENCE',
    meaning: 'Audience (`aud`) that a JWT must name; required in production with public keys. Unset: any',
    default: null,
  },
  {
    name: 'SOMABRAIN_JWT_CLOCK_SKEW_SECONDS',
    meaning: 'How far the clock of an issuer may be off when `exp` and `nbf` are looked at; at most 300',
    default: '30',
    unit: 's',
  },
  {
    name: 'SOMABRAIN_JWT_TENANT_CLAIM',
    meaning:
      'Claim that names the tenant. Of this and the next two, a name that begins with / is a JSON Pointer: /realm_access/roles',
    default: 'tenant_id',
  },
  { name: 'SOMABRAIN_JWT_ROLES_CLAIM', meaning: 'Claim that lists the roles', default: 'roles' },
  {
    name: 'SOMABRAIN_JWT_NAMESPACES_CLAIM',
    meaning: 'Claim that lists the namespaces; a token without it reaches all of its tenant',
    default: 'namespaces',
  },
]
