import { AUDITED_TOPICS, type AuditedTopic } from '../../domain/audit/audit-topics.ts'

/** How the stores write a topic: its place in {@link AUDITED_TOPICS}, which is never reordered. */
export const topicNumber = (topic: AuditedTopic): number => AUDITED_TOPICS.indexOf(topic)

export function topicOfNumber(number: number): AuditedTopic {
  const topic = AUDITED_TOPICS[number]
  if (topic === undefined) throw new RangeError(`${number} is no audited topic`)
  return topic
}
