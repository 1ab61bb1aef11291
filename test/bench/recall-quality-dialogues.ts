import { readFileSync } from 'node:fs'
import { type LabelledMemory, type LabelledQuestion, type LabelledStore, memoryOf } from './recall-quality-store.ts'

/** One conversation of a file of LoCoMo's shape (A. Maharana et al., ACL 2024). */
interface Sample {
  readonly sample_id: string
  readonly conversation: Readonly<Record<string, unknown>> & { readonly speaker_a: string; readonly speaker_b: string }
  readonly qa: ReadonlyArray<{ readonly question: string; readonly category: number; readonly evidence?: string[] }>
}

interface Turn {
  readonly speaker: string
  readonly dia_id: string
  readonly text: string
  readonly blip_caption?: string
}

const KINDS = ['', 'multi-hop', 'temporal', 'open-domain', 'single-hop', 'adversarial']
const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const TURN_MS = 1000

/** A labelled store per conversation: its turns, and those of its questions whose evidence is among them. */
export function readDialogues(path: string): LabelledStore[] {
  return (JSON.parse(readFileSync(path, 'utf8')) as Sample[]).map(storeOf)
}

function storeOf({ sample_id: name, conversation, qa }: Sample): LabelledStore {
  const turns = turnsOf(conversation)
  const offsets = new Map(turns.map(({ id }, i) => [id, i + 1]))
  const questions = qa.map(({ question, category, evidence }): LabelledQuestion => {
    const gold = (evidence ?? []).flatMap((text) => turnIds(text)).map((id) => offsets.get(id))
    return { text: question, kind: KINDS[category]!, gold: new Set(gold.filter((offset) => offset !== undefined)) }
  })
  return {
    name,
    memories: turns.map(({ turn }, i) => memoryOf(name, i + 1, turn)),
    questions: questions.filter(({ gold }) => gold.size > 0),
    answers: new Set(),
    speakers: [conversation.speaker_a, conversation.speaker_b],
  }
}

function turnsOf(conversation: Sample['conversation']): Array<{ readonly id: string; readonly turn: LabelledMemory }> {
  const turns: Array<{ readonly id: string; readonly turn: LabelledMemory }> = []
  for (let session = 1; typeof conversation[`session_${session}_date_time`] === 'string'; session++) {
    const start = instantOf(conversation[`session_${session}_date_time`] as string)
    for (const [i, turn] of ((conversation[`session_${session}`] ?? []) as Turn[]).entries()) {
      const content = turn.blip_caption === undefined ? turn.text : `${turn.text} [image: ${turn.blip_caption}]`
      const occurredAt = start + i * TURN_MS
      turns.push({ id: turn.dia_id, turn: { content, author: turn.speaker, runId: `session-${session}`, occurredAt } })
    }
  }
  return turns
}

/** The ids in an evidence, as the data's authors wrote them: `D1:3`, `D:11:26`, `D9:1 D4:4`, `D30:05`. */
const turnIds = (evidence: string): string[] =>
  [...evidence.matchAll(/D:?(\d+):0*(\d+)/g)].map(([, session, turn]) => `D${session}:${turn}`)

/** Of "1:56 pm on 8 May, 2023". */
function instantOf(text: string): number {
  const found = /(\d+):(\d+)\s*(am|pm) on (\d+) (\w+),? (\d+)/i.exec(text)
  if (found === null) throw new Error(`Not the time of a session: ${text}`)
  const [, hour, minute, half, day, month, year] = found
  const hours = (Number(hour) % 12) + (half!.toLowerCase() === 'pm' ? 12 : 0)
  return Date.UTC(Number(year), MONTHS.indexOf(month!.toLowerCase()), Number(day), hours, Number(minute))
}
