import { hash } from 'node:crypto'

/** What a credential is remembered and compared by: SHA-256 in base64url, always of one length. */
export const credentialDigest = (credential: string): string => hash('sha256', credential, 'base64url')
