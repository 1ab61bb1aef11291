// Modules of kafkajs 2.2.4 that it does not publish types for. The version is pinned and frozen since 2023; what is used of
// it stands here, and nowhere else is a kafkajs path imported.

declare module 'kafkajs/src/cluster/index.js' {
  type ClusterOptions = import('./kafkajs-cluster.ts').ClusterOptions
  type FetchedOffsets = import('./kafkajs-cluster.ts').FetchedOffsets
  type KafkaBroker = import('./kafkajs-cluster.ts').KafkaBroker

  class Cluster {
    constructor(options: ClusterOptions)
    connect(): Promise<void>
    disconnect(): Promise<void>
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    findBroker(node: { readonly nodeId: string }): Promise<KafkaBroker>
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>
    fetchTopicsOffset(
      topics: ReadonlyArray<{
        readonly topic: string
        readonly partitions: ReadonlyArray<{ readonly partition: number }>
        readonly fromBeginning: boolean
      }>,
    ): Promise<FetchedOffsets>
  }
  export = Cluster
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  type RequestDefinition = import('./kafkajs-cluster.ts').RequestDefinition

  export const requests: { readonly Produce: RequestDefinition }
}

declare module 'kafkajs/src/protocol/error.js' {
  export function createErrorFromCode(code: number): Error & { readonly type: string; readonly code: number }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  class RequestQueue {
    readonly pending: readonly unknown[]
    scheduleCheckPendingRequests(): void
    checkPendingRequests(): void
  }
  export = RequestQueue
}

declare module 'kafkajs/src/network/connection.js' {
  class Connection {
    connect(): Promise<unknown>
  }
  export = Connection
}
