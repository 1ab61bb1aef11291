import type { ISocketFactory, KafkaConfig, Logger } from 'kafkajs'

/** What `new Cluster` of kafkajs 2.2.4 takes. */
export interface ClusterOptions extends Omit<KafkaConfig, 'logLevel' | 'logCreator'> {
  readonly logger: Logger
  readonly socketFactory: ISocketFactory
  /** Milliseconds. */
  readonly metadataMaxAge: number
  readonly allowAutoTopicCreation: boolean
  readonly maxInFlightRequests: number | null
  /** 0: read uncommitted, 1: read committed. */
  readonly isolationLevel: 0 | 1
}

export interface ProtocolRequest {
  readonly request: { readonly encode: () => Promise<unknown> }
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<unknown>
    readonly parse: (decoded: unknown) => Promise<unknown>
  }
  readonly requestTimeout?: number
}

/** What kafkajs sends of a request that it did not encode itself: it asks for both. */
export interface EncodedBody {
  readonly buf: Buffer
  readonly buffer: Buffer
}

export interface RequestDefinition {
  readonly versions: readonly string[]
}

export interface FetchedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[] | null>>
  readonly isControlRecord: boolean
}

export interface FetchRequest {
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly isolationLevel: 0 | 1
  readonly topics: ReadonlyArray<{
    readonly topic: string
    readonly partitions: ReadonlyArray<{
      readonly partition: number
      readonly fetchOffset: string
      readonly maxBytes: number
    }>
  }>
}

export interface FetchResponse {
  readonly responses: ReadonlyArray<{
    readonly topicName: string
    readonly partitions: ReadonlyArray<{
      readonly partition: number
      readonly highWatermark: string
      readonly messages: readonly FetchedMessage[]
    }>
  }>
}

export type FetchedOffsets = ReadonlyArray<{
  readonly topic: string
  readonly partitions: ReadonlyArray<{ readonly partition: number; readonly offset: string }>
}>

/** A broker that is connected, with the calls of it that kafkajs does not publish. */
export interface KafkaBroker {
  readonly nodeId: number
  readonly connectionPool: { send(request: ProtocolRequest): Promise<unknown> }
  lookupRequest(apiKey: number, definition: RequestDefinition): (options: object) => ProtocolRequest
  fetch(request: FetchRequest): Promise<FetchResponse>
}
