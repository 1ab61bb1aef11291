/** As much of the libraries as is used; they are loaded from beside the model, where no types are. */
export interface TokenizerLibrary {
  readonly Tokenizer: new (
    tokenizer: unknown,
    config: unknown,
  ) => { encode(text: string): { readonly ids: readonly number[] } }
}

export interface Tensor {
  readonly data: Float32Array
  readonly dims: readonly number[]
}

export interface InferenceSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(inputs: Readonly<Record<string, object>>): Promise<Readonly<Record<string, Tensor>>>
}

export interface RuntimeLibrary {
  readonly InferenceSession: {
    create(
      file: string,
      options: {
        readonly intraOpNumThreads: number
        readonly interOpNumThreads: number
        readonly graphOptimizationLevel: 'all'
      },
    ): Promise<InferenceSession>
  }
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => object
}
