import { invalidField } from '../problem.ts'

/** What one request of a tenant may hold. */
export interface RequestBounds {
  /** Of a memory, as JSON in UTF-8. */
  readonly metadataBytes: number
  /** Of a memory. */
  readonly tags: number
  /** That a memory states. */
  readonly links: number
  /** Levels. */
  readonly filterDepth: number
  /** Items or messages of a batch that is answered as a whole; a stream has no end. */
  readonly batchItems: number
  /** Memories that a recall or a context asks for. */
  readonly k: number
  /** Entries of a page. */
  readonly page: number
}

/** The contract: no tenant may have more. The schemas hold these, for everybody, before it is known whose request it is. */
export const contractBounds: RequestBounds = Object.freeze({
  metadataBytes: 16_384,
  tags: 64,
  links: 64,
  filterDepth: 8,
  batchItems: 1_000,
  k: 100,
  page: 500,
})

/** Refuses what is within the contract and beyond what the tenant may have. `unit` is as it stands behind a number. */
export function refuseBeyond(field: string, value: number, most: number, unit: string): void {
  if (value <= most) return
  throw invalidField(
    field,
    `\`${field}\` has ${value} ${unit}, and this tenant may have ${most}`,
    `at most ${most} ${unit}`,
  )
}

/** What was asked for, or the default, which never is more than the tenant may have. */
export function boundedNumber(
  named: Readonly<Record<string, number | undefined>>,
  { most, otherwise, unit }: { readonly most: number; readonly otherwise: number; readonly unit: string },
): number {
  const [name, value] = Object.entries(named).find(([, asked]) => asked !== undefined) ?? []
  if (name === undefined || value === undefined) return Math.min(otherwise, most)
  if (value <= most) return value
  throw invalidField(name, `\`${name}\` is ${value}, and this tenant may ask for ${most} ${unit}`, `1 to ${most}`)
}
