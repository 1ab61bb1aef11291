import type { ErasePart } from '../../domain/erasure/erasure.ts'

/** Key ids (hex) as one text. */
export const packKeyIds = (keyIds: readonly string[]): string => keyIds.join(',')

export const unpackKeyIds = (text: string): readonly string[] => (text === '' ? [] : text.split(','))

/** Parts as JSON with members in a fixed order, so that equal parts are equal text. */
export const packParts = (parts: readonly ErasePart[]): string =>
  JSON.stringify(
    parts.map(({ namespace, keyId, requestHmac, keyIds }) => [
      namespace,
      keyId,
      Buffer.from(requestHmac).toString('hex'),
      keyIds,
    ]),
  )

export const unpackParts = (text: string): readonly ErasePart[] =>
  (JSON.parse(text) as Array<[string, string, string, string[]]>).map(([namespace, keyId, hmac, keyIds]) => ({
    namespace,
    keyId,
    requestHmac: Buffer.from(hmac, 'hex'),
    keyIds,
  }))
