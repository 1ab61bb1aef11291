/**
 * What kafkajs throws when a broker does not answer, cannot be reached, or does not know yet. It calls some of these not
 * retriable (no coordinator found, because every broker failed to name one) and would stop for good.
 */
const TRANSIENT_NAMES = new Set([
  'KafkaJSBrokerNotFound',
  'KafkaJSConnectionClosedError',
  'KafkaJSConnectionError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSRequestTimeoutError',
  'KafkaJSTopicMetadataNotLoaded',
])
const MAX_CAUSES = 10

interface KafkajsError {
  readonly name?: string
  readonly retriable?: boolean
  readonly cause?: unknown
}

/** Whether trying again may help: neither a bug nor a refusal (credentials, rights). */
export function isTransient(error: unknown): boolean {
  let link = error as KafkajsError | null | undefined
  for (let i = 0; i < MAX_CAUSES && link instanceof Error; i++) {
    const { name, retriable, cause } = link as KafkajsError
    if (TRANSIENT_NAMES.has(name ?? '') || (name === 'KafkaJSProtocolError' && retriable === true)) return true
    link = cause as KafkajsError | undefined
  }
  return false
}
