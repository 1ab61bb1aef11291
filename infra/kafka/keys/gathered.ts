/**
 * Gathers what is asked for while one call is under way into the next one: many askers, one round trip at a time. `send`
 * answers in the order of its items; when it rejects, all of them hear of it. Its call always begins after the item came.
 */
export function gathered<Item, Answer>(
  send: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Item[] = []
  let next: Promise<readonly Answer[]> | null = null
  let before: Promise<unknown> = Promise.resolve()
  const start = async (): Promise<readonly Answer[]> => {
    await before
    const items = waiting
    waiting = []
    next = null
    const answers = send(items)
    // The next ones go out whatever became of these, whose askers hear of it themselves.
    before = Promise.allSettled([answers])
    return answers
  }
  return async (item) => {
    const place = waiting.push(item) - 1
    next ??= start()
    const answers = await next
    return answers[place]!
  }
}
