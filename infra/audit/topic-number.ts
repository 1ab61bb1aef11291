import { AUDITED_TOPICS, type AuditedTopic } from '../../domain/audit/audit-topics.ts'

/** How the stores write a topic: its place in {@link AUDITED_TOPICS}, which is never reordered. */
export const topicNumber = (topic: AuditedTopic): number => AUDITED_TOPICS.indexOf(topic)

/** SQL: rows of another topic are of no chain, whoever wrote them. A replay names them; nobody is answered with them. */
export const OF_AUDITED_TOPICS = `topic between 0 and ${AUDITED_TOPICS.length - 1}`

export function topicOfNumber(number: number): AuditedTopic {
  const topic = AUDITED_TOPICS[number]
  if (topic === undefined) throw new RangeError(`${number} is no audited topic`)
  return topic
}
