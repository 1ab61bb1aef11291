import type { ClusterDeadLetters } from '../../cluster/dead-letters/cluster-dead-letters.ts'
import type { FullDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { paint, printable, type Terminal } from '../view/terminal.ts'
import type { DeadLetterChoice, DeadLettersTask } from './dead-letters-line.ts'
import { addressText, everyDeadLetter } from './dead-letters-verb.ts'

export interface SettleContext {
  readonly out: Terminal
  readonly err: Terminal
  readonly source: ClusterDeadLetters
  /** Who does it, for the record. */
  readonly operator: string
  /** Asks a person; false when nobody is there to be asked. */
  readonly confirm: (question: string) => Promise<boolean>
}

const count = (value: number): string => value.toLocaleString('en-US')

/** Appends the records again. Exit code 0 when all of them were. */
export async function retryDeadLetters(
  { letters }: Extract<DeadLettersTask, { action: 'retry' }>,
  context: SettleContext,
): Promise<number> {
  let failed = 0
  let done = 0
  for await (const address of chosen(letters, context.source)) {
    const letter = await context.source.find(address)
    if (letter !== null && (await retryOne(letter, context))) done += 1
    else failed += 1
    if (letter === null) context.err.write(`${addressText(address)} is no dead letter\n`)
  }
  context.out.write(`${count(done)} retried, ${count(failed)} not\n`)
  return failed === 0 ? 0 : 1
}

async function retryOne(letter: FullDeadLetter, { out, err, source, operator }: SettleContext): Promise<boolean> {
  const where = addressText(letter)
  if (letter.became.state === 'retried') {
    err.write(`${where} was retried already, as ${addressText(letter.became.appended)}\n`)
    return false
  }
  const retried = await source.retry(letter, operator)
  switch (retried.outcome) {
    case 'appended':
      out.write(`${paint(out, 'green', 'retried')}  ${where} as ${addressText(retried.appended)}\n`)
      return true
    case 'unreadable':
      err.write(`${where} cannot be read by this build either, so it was not appended: ${printable(retried.reason)}\n`)
      return false
    case 'not-in-the-log':
      err.write(`${where}: the log holds another record there; nothing was appended\n`)
      return false
    case 'not-written':
      err.write(`${where} was not appended: ${retried.cause.message}\n`)
      return false
    case 'unknown':
      err.write(
        `${where} may have been appended, nobody answered (${retried.cause.message}); retry it again: it is safe\n`,
      )
      return false
  }
}

/** Takes dead letters off the list, once somebody has confirmed it. Exit code 0 when all of them were. */
export async function dropDeadLetters(
  { letters, confirmed }: Extract<DeadLettersTask, { action: 'drop' }>,
  context: SettleContext,
): Promise<number> {
  const { out, err, source, operator } = context
  const found: FullDeadLetter[] = []
  let code = 0
  for await (const address of chosen(letters, source)) {
    const letter = await source.find(address)
    if (letter?.became.state === 'open') found.push(letter)
    else {
      err.write(`${addressText(address)} is ${letter === null ? 'no dead letter' : `${letter.became.state} already`}\n`)
      code = 1
    }
  }
  if (found.length === 0) {
    out.write('nothing to drop\n')
    return code
  }
  const question = `Drop ${found.length === 1 ? addressText(found[0]!) : `${count(found.length)} dead letters`}, as ${operator}?`
  if (!confirmed && !(await context.confirm(question))) {
    err.write('nothing was dropped\n')
    return 1
  }
  for (const letter of found) {
    await source.drop(letter, operator)
    out.write(`dropped  ${addressText(letter)}\n`)
  }
  return code
}

async function* chosen(letters: DeadLetterChoice, source: ClusterDeadLetters): AsyncGenerator<RecordAddress> {
  if (letters === 'every') yield* everyDeadLetter(source, false)
  else yield* letters
}
