import type { FetchImplementation } from 'jose'

const MAX_BYTES = 256 * 1024

/**
 * `fetch` for a JWKS that is not believed to be small: it is read up to a bound. Redirects are not followed (jose asks for
 * that), so whoever controls a redirect does not control our keys.
 */
export const fetchJwks: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error(`The JWKS is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return new Response(Buffer.concat(chunks), { status: statusOf(response) })
}

/** A Response cannot be made with a status below 200, nor with a body for some: all of them are failures here. */
const statusOf = ({ status }: Response): number => (status === 200 ? 200 : 502)
