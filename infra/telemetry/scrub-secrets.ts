const CENSOR = '[redacted]'

/**
 * Forms of credentials, wherever they stand in a text: in the message of somebody else's error, in a URL, in a dump of
 * headers. Every repetition is bounded, so that no line takes long.
 */
const FORMS: ReadonlyArray<readonly [RegExp, string]> = [
  // scheme://user:password@host; RFC 3986 §3.2.1. The user stays: it tells which address it is.
  [/([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@"'\\]{0,256}:)[^\s/?#@"'\\]{1,1024}@/gi, `$1${CENSOR}@`],
  [/([?&](?:password|token|secret|access_token)=)[^\s&#"'\\]+/gi, `$1${CENSOR}`],
  [/\b(Bearer|Basic)(\s+)[^\s"'\\,;]+/gi, `$1$2${CENSOR}`],
  [/\bsmb_[0-9A-Za-z]{20,}/g, CENSOR],
  // Three parts of base64url of which the first begins a JSON object: a JWT.
  [/\beyJ[\w-]{8,2048}\.[\w-]+\.[\w-]*/g, CENSOR],
]

/** Replaces what has the form of a credential. */
export function scrubSecrets(text: string): string {
  let scrubbed = text
  for (const [form, replacement] of FORMS) scrubbed = scrubbed.replace(form, replacement)
  return scrubbed
}
