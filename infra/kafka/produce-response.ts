/** What `Produce` answers, as kafkajs decodes it. */
export interface ProduceResponse {
  readonly topics: ReadonlyArray<{
    readonly partitions: ReadonlyArray<{
      readonly partition: number
      readonly errorCode: number
      readonly baseOffset: string
    }>
  }>
}
