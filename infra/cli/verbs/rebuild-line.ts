/** What a rebuild was asked for. `everything`: of the data directory of an embedded server. */
export type RebuildTask =
  | { readonly kind: 'everything' }
  | { readonly kind: 'long-term'; readonly switches: boolean; readonly dropsOld: boolean }
  | { readonly kind: 'working-memory' }
  | { readonly kind: 'list' }
  | { readonly kind: 'switch-to'; readonly build: number }
  | { readonly kind: 'drop'; readonly build: number }
  | { readonly kind: 'drop-working-memory'; readonly version: number }
  | { readonly kind: 'accept-log'; readonly dropsOld: boolean; readonly confirmed: boolean }

export interface RebuildValues {
  readonly projection?: string | undefined
  readonly switch?: boolean | undefined
  readonly 'drop-old'?: boolean | undefined
  readonly list?: boolean | undefined
  readonly 'switch-to'?: string | undefined
  readonly drop?: string | undefined
  readonly 'drop-working-memory'?: string | undefined
  readonly 'accept-log'?: boolean | undefined
  readonly yes?: boolean | undefined
}

const OPTIONS = ['projection', 'list', 'switch-to', 'drop', 'drop-working-memory', 'accept-log'] as const

/** Throws a RangeError that says what is wrong. */
export function rebuildTask(values: RebuildValues): RebuildTask {
  const given = OPTIONS.filter((name) => values[name] !== undefined && values[name] !== false)
  if (given.length > 1) throw new RangeError(`rebuild takes one of ${given.map((name) => `--${name}`).join(', ')}`)
  const switches = values.switch === true
  const dropsOld = values['drop-old'] === true
  if (values['accept-log'] === true) {
    if (switches) throw new RangeError('--accept-log always switches: leave out --switch')
    return { kind: 'accept-log', dropsOld, confirmed: values.yes === true }
  }
  if ((switches || dropsOld) && values.projection !== 'long-term') {
    throw new RangeError('--switch and --drop-old go with --projection long-term')
  }
  if (dropsOld && !switches) throw new RangeError('--drop-old goes with --switch: the old build is live before it')
  if (values.list === true) return { kind: 'list' }
  const { 'switch-to': to, drop, 'drop-working-memory': version } = values
  if (to !== undefined) return { kind: 'switch-to', build: numberOf('switch-to', A_BUILD, to) }
  if (drop !== undefined) return { kind: 'drop', build: numberOf('drop', A_BUILD, drop) }
  if (version !== undefined)
    return { kind: 'drop-working-memory', version: numberOf('drop-working-memory', 'a fold version', version) }
  switch (values.projection) {
    case undefined:
      return { kind: 'everything' }
    case 'long-term':
      return { kind: 'long-term', switches, dropsOld }
    case 'working-memory':
      return { kind: 'working-memory' }
    default:
      throw new RangeError(`--projection is long-term or working-memory, not "${values.projection}"`)
  }
}

const A_BUILD = 'the number of a build'

function numberOf(option: string, what: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new RangeError(`--${option} takes ${what}, as rebuild --list shows it, not "${text}"`)
}
