/** Where a dead letter stands in the log. */
export interface DeadLetterAddress {
  readonly partition: number
  readonly offset: number
}

/** `every`: all that are open. */
export type DeadLetterChoice = readonly DeadLetterAddress[] | 'every'

export type DeadLettersTask =
  /** `settled`: also those that were retried or dropped. */
  | { readonly action: 'list'; readonly settled: boolean }
  | { readonly action: 'show'; readonly letters: readonly DeadLetterAddress[] }
  | { readonly action: 'retry'; readonly letters: DeadLetterChoice }
  | { readonly action: 'drop'; readonly letters: DeadLetterChoice; readonly confirmed: boolean }

export interface DeadLettersValues {
  readonly all?: boolean | undefined
  readonly yes?: boolean | undefined
}

/** Throws a RangeError that says what is wrong. */
export function deadLettersTask(words: readonly string[], values: DeadLettersValues): DeadLettersTask {
  const [action, ...rest] = words
  switch (action) {
    case 'list':
      if (rest.length > 0) throw new RangeError('dead-letters list takes no addresses; show does')
      return { action, settled: values.all === true }
    case 'show':
      return { action, letters: addresses(action, rest) }
    case 'retry':
      return { action, letters: choice(action, rest, values) }
    case 'drop':
      return { action, letters: choice(action, rest, values), confirmed: values.yes === true }
    default:
      throw new RangeError('dead-letters needs one of list, show, retry, drop')
  }
}

function choice(action: string, words: readonly string[], { all }: DeadLettersValues): DeadLetterChoice {
  if (all !== true) return addresses(action, words)
  if (words.length > 0) throw new RangeError(`dead-letters ${action} takes addresses or --all, not both`)
  return 'every'
}

function addresses(action: string, words: readonly string[]): readonly DeadLetterAddress[] {
  if (words.length === 0) throw new RangeError(`dead-letters ${action} needs PARTITION/OFFSET, as list shows them`)
  return words.map((word) => {
    const [, partition, offset] = /^(\d{1,2})\/(\d{1,15})$/.exec(word) ?? []
    if (partition === undefined) throw new RangeError(`"${word}" is no PARTITION/OFFSET, such as 3/1042`)
    return { partition: Number(partition), offset: Number(offset) }
  })
}
