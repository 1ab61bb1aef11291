export type ArchiveTask =
  /** `everyMs`: `null`: one round. */
  | { readonly action: 'run'; readonly folder: string; readonly everyMs: number | null }
  | { readonly action: 'status'; readonly folder: string; readonly asJson: boolean }
  | { readonly action: 'verify'; readonly folder: string; readonly publicKeyFiles: readonly string[] }
  | { readonly action: 'restore'; readonly folder: string; readonly isConfirmed: boolean }

export interface ArchiveValues {
  readonly every?: string | undefined
  readonly once?: boolean | undefined
  readonly json?: boolean | undefined
  readonly 'public-key'?: readonly string[] | undefined
  readonly yes?: boolean | undefined
}

const DEFAULT_EVERY_S = 60
const MOST_EVERY_S = 3_600
const MS_PER_SECOND = 1_000

/** Throws a RangeError that says what is wrong. */
export function archiveTask([action, folder, ...rest]: readonly string[], values: ArchiveValues): ArchiveTask {
  const actions = ['run', 'status', 'verify', 'restore'] as const
  const known = actions.find((one) => one === action)
  if (known === undefined) throw new RangeError(`archive needs one of ${actions.join(', ')}`)
  if (folder === undefined || folder === '') throw new RangeError(`archive ${known} needs the folder of the archive`)
  if (rest.length > 0) throw new RangeError(`archive ${known} takes one folder, not "${rest[0]}" besides`)
  switch (known) {
    case 'run':
      return { action: known, folder, everyMs: everyMs(values) }
    case 'status':
      return { action: known, folder, asJson: values.json === true }
    case 'verify':
      return { action: known, folder, publicKeyFiles: values['public-key'] ?? [] }
    case 'restore':
      return { action: known, folder, isConfirmed: values.yes === true }
  }
}

function everyMs({ every, once }: ArchiveValues): number | null {
  if (once === true) {
    if (every === undefined) return null
    throw new RangeError('--once makes one round, and --every goes on: give one of them')
  }
  if (every === undefined) return DEFAULT_EVERY_S * MS_PER_SECOND
  const seconds = Number(every)
  if (/^\d+$/.test(every) && seconds >= 1 && seconds <= MOST_EVERY_S) return seconds * MS_PER_SECOND
  throw new RangeError(`--every must be a whole number of seconds from 1 to ${MOST_EVERY_S}, not "${every}"`)
}
