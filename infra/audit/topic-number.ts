import { AUDITED_TOPICS, type AuditedTopic, partitionsOf } from '../../domain/audit/audit-topics.ts'

/** How the stores write a topic: its place in {@link AUDITED_TOPICS}, which is never reordered. */
export const topicNumber = (topic: AuditedTopic): number => AUDITED_TOPICS.indexOf(topic)

/** SQL: a row of no audited chain was written by another hand. A replay names it; nobody is answered with it. */
export const OF_AUDITED_CHAINS = `(${AUDITED_TOPICS.map(
  (topic) => `topic = ${topicNumber(topic)} and partition between 0 and ${partitionsOf(topic) - 1}`,
).join(' or ')})`

export function topicOfNumber(number: number): AuditedTopic {
  const topic = AUDITED_TOPICS[number]
  if (topic === undefined) throw new RangeError(`${number} is no audited topic`)
  return topic
}
