import { type FramedMemory, frameLine, frameText } from './context-frame.ts'
import { estimateTokens } from './estimate-tokens.ts'
import { type Repetition, repetitions, type Statement } from './near-duplicates.ts'

/** A recalled memory that a context may hold. */
export interface Candidate extends Statement, FramedMemory {
  /** Place in the log: orders what happened at the same instant. */
  readonly offset: number
}

export interface Cited<C extends Candidate> {
  /** The number of its line in the text. */
  readonly number: number
  readonly memory: C
  /** Only the beginning of its content is there: alone it would not fit. */
  readonly cut: boolean
}

export interface LeftOut {
  readonly memoryId: string
  readonly reason: 'budget' | Repetition['reason']
  /** The memory that says the same, or corrects it; `null` for what did not fit. */
  readonly of: string | null
}

export interface Context<C extends Candidate> {
  /** Empty when no memory is in it. */
  readonly text: string
  readonly estimatedTokens: number
  /** In the order of the text: oldest first. */
  readonly cited: readonly Cited<C>[]
  /** Best first. */
  readonly leftOut: readonly LeftOut[]
}

/** The frame around nothing: a budget below leaves no room for a memory. */
const FRAME_TOKENS = estimateTokens(frameText(['']))
const WIDEST_NUMBER = 100

interface Picked<C extends Candidate> {
  readonly memory: C
  readonly content: string
  readonly cut: boolean
}

/**
 * Turns ranked memories into a prompt context of at most `tokenBudget` estimated tokens: what repeats another is left
 * out, then the best that fit are taken, then they are put into the order of time. The best one of all is cut rather than
 * left out when it alone is too long.
 */
export function assembleContext<C extends Candidate>(ranked: readonly C[], tokenBudget: number): Context<C> {
  const repeated = repetitions(ranked)
  const leftOut: LeftOut[] = []
  const picked: Picked<C>[] = []
  let room = tokenBudget - FRAME_TOKENS
  for (const memory of ranked) {
    const { memoryId } = memory
    const repetition = repeated.get(memoryId)
    if (repetition !== undefined) {
      leftOut.push({ memoryId, ...repetition })
      continue
    }
    const pick = fitting(memory, room, picked.length === 0)
    if (pick === null) leftOut.push({ memoryId, reason: 'budget', of: null })
    else {
      picked.push(pick)
      room -= lineTokens(pick.memory, pick.content)
    }
  }
  return { ...written(picked), leftOut }
}

function written<C extends Candidate>(picked: readonly Picked<C>[]): Omit<Context<C>, 'leftOut'> {
  if (picked.length === 0) return { text: '', estimatedTokens: 0, cited: [] }
  const inTime = picked.toSorted(
    (a, b) => a.memory.occurredAt - b.memory.occurredAt || a.memory.offset - b.memory.offset,
  )
  const text = frameText(inTime.map(({ memory, content }, i) => frameLine(i + 1, { ...memory, content })))
  const cited = inTime.map(({ memory, cut }, i) => ({ number: i + 1, memory, cut }))
  return { text, estimatedTokens: estimateTokens(text), cited }
}

/** Its number is not known yet: the widest one is counted. */
const lineTokens = (memory: Candidate, content: string): number =>
  estimateTokens(`${frameLine(WIDEST_NUMBER, { ...memory, content })}\n`)

function fitting<C extends Candidate>(memory: C, room: number, mayCut: boolean): Picked<C> | null {
  if (lineTokens(memory, memory.content) <= room) return { memory, content: memory.content, cut: false }
  if (!mayCut) return null
  const content = beginning(memory, room)
  return content === null ? null : { memory, content, cut: true }
}

/** The longest beginning, by whole words where there are any, that fits with the mark of a cut. */
function beginning(memory: Candidate, room: number): string | null {
  const characters = [...memory.content]
  let fits = 0
  let tooLong = characters.length
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1
    if (lineTokens(memory, cutAt(characters, middle)) <= room) fits = middle
    else tooLong = middle
  }
  return fits === 0 ? null : cutAt(characters, fits)
}

function cutAt(characters: readonly string[], length: number): string {
  const text = characters.slice(0, length).join('')
  const lastBlank = text.search(/\s\S*$/u)
  return `${lastBlank > text.length / 2 ? text.slice(0, lastBlank) : text} …`
}

/** The least budget in which a short memory still fits. */
export const LEAST_TOKEN_BUDGET = 100
