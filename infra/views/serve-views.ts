import type { Scope } from '../../domain/names.ts'
import { partitionKey, partitionOf } from '../../domain/partition.ts'
import { ProblemError } from '../../domain/problem.ts'
import { answerTo, type Question } from '../../query-api/index-question.ts'
import type { RemoteQuestion } from '../../query-api/ports/view-host.ts'
import { ResidentView } from '../../query-api/resident-view.ts'
import { Turns } from '../../query-api/turns.ts'
import type { ViewIndex } from '../../query-api/view-index.ts'
import type { ViewParts } from '../../query-api/view-parts.ts'
import type { HostCalls } from './host-calls.ts'
import { messageOf } from './message-of.ts'
import type { Channel, FromViews, Refusal, ToViews } from './view-protocol.ts'

/** What the views here are made of; the rest comes over the channel. */
export type ServedViewParts<Index extends ViewIndex> = Pick<
  ViewParts<Index>,
  'reader' | 'opener' | 'loader' | 'snapshots' | 'limits' | 'makeIndex'
> & {
  /** Lets opened keys go. */
  readonly forgetKeys?: (keyIds: readonly string[]) => void
  /** Takes a part of the questions off this thread. */
  readonly answers?: Answers<Index>
}

/** Answers questions to indexes of this thread, here or on other ones. */
export interface Answers<Index extends ViewIndex> {
  /**
   * The answer, or a promise of it: the index must not change until it is there. `view`: the same number for the same index, and for
   * the one that takes its place; `others`: what waits behind this question.
   */
  answer(view: number, index: Index, question: RemoteQuestion, others: readonly RemoteQuestion[]): unknown
  /** Resident bytes that a view takes besides its own. */
  bytes(view: number): number
  /** The view is gone. */
  left(view: number): void
}

type Port = Channel<FromViews, ToViews>

/** Holds views for the other end of the channel, which `calls` asks back. */
export function serveViews<Index extends ViewIndex>(port: Port, calls: HostCalls, parts: ServedViewParts<Index>): void {
  const views = new Map<number, ResidentView<Index>>()
  const { answers } = parts
  const tellStatus = (number: number, view: ResidentView<Index>): void => {
    const bytes = view.bytes() + (answers?.bytes(number) ?? 0)
    port.postMessage({ kind: 'status', view: number, progress: view.progress, bytes })
  }
  const makeView = viewMaker(port, calls, parts, tellStatus)
  /** Only methods of an index are asked for: the other end's types hold it. `null`: only load. */
  const answer = (
    view: number,
    index: Index,
    asked: RemoteQuestion | null,
    others: readonly RemoteQuestion[],
  ): unknown => {
    if (asked === null) return null
    if (answers !== undefined) return answers.answer(view, index, asked, others)
    return answerTo(index, asked as Question<Index, keyof Index>)
  }
  const arrived = allThatArrived()
  const read = async ({ view, id, wish, question }: Extract<ToViews, { kind: 'read' }>): Promise<void> => {
    const served = views.get(view)!
    try {
      await arrived()
      const result = await served.read(wish, (index, others) => answer(view, index, question, others), question)
      // Before the answer, so that whoever has it has seen the view that gave it.
      tellStatus(view, served)
      port.postMessage({ kind: 'result', id, result })
    } catch (error) {
      port.postMessage({ kind: 'refused', id, refusal: refusalOf(error) })
    }
  }
  const leave = (number: number): void => {
    const view = views.get(number)
    if (view !== undefined) parts.snapshots?.left(view.scope)
    answers?.left(number)
    views.delete(number)
  }
  port.on('message', (message) => {
    switch (message.kind) {
      case 'open':
        views.set(message.view, makeView(message.view, message.scope))
        break
      case 'read':
        void read(message)
        break
      case 'close':
        leave(message.view)
        break
      case 'forget-keys':
        parts.forgetKeys?.(message.keyIds)
        break
      case 'told':
        calls.told(message.id, message.told)
    }
  })
}

/**
 * Resolves when the messages that are there have been taken. A question that began at once would be answered before the next one is
 * seen, and nobody would know that others wait behind it.
 */
function allThatArrived(): () => Promise<void> {
  let taken: Promise<void> | null = null
  return () => {
    taken ??= new Promise((resolve) =>
      setImmediate(() => {
        taken = null
        resolve()
      }),
    )
    return taken
  }
}

function viewMaker<Index extends ViewIndex>(
  port: Port,
  calls: HostCalls,
  parts: ServedViewParts<Index>,
  tellStatus: (number: number, view: ResidentView<Index>) => void,
) {
  const turns = new Turns()
  return (number: number, scope: Scope): ResidentView<Index> => {
    const view: ResidentView<Index> = new ResidentView(scope, partitionOf(partitionKey(scope)), {
      ...parts,
      turns,
      host: null,
      progress: calls,
      metrics: {
        loaded: (rows, milliseconds) => port.postMessage({ kind: 'loaded', rows, milliseconds }),
        dropped: (_, bytes) => port.postMessage({ kind: 'replaced', bytes }),
        resident() {},
      },
      onFault: (fault) => calls.fault(fault),
      changed: () => tellStatus(number, view),
    })
    return view
  }
}

const refusalOf = (error: unknown): Refusal =>
  error instanceof ProblemError ? { problem: error.problem } : { problem: null, message: messageOf(error) }
