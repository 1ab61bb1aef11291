type ArgumentsOf<Method> = Method extends (...args: infer Args) => unknown ? Args : never
type ResultOf<Method> = Method extends (...args: never[]) => infer Result ? Result : never

/**
 * A call of one of an index's methods as plain data, so that it can be asked of a view on another thread. Arguments and
 * answers survive the structured clone of a message.
 */
export interface Question<Index, Name extends keyof Index> {
  readonly ask: Name
  readonly args: ArgumentsOf<Index[Name]>
}

export type Answer<Index, Name extends keyof Index> = ResultOf<Index[Name]>

/** Asks the index as it stands now. */
export function answerTo<Index, Name extends keyof Index>(
  index: Index,
  { ask, args }: Question<Index, Name>,
): Answer<Index, Name> {
  const method = index[ask] as (...given: ArgumentsOf<Index[Name]>) => Answer<Index, Name>
  return method.apply(index, args)
}
