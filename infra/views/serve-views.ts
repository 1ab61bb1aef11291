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
}

type Port = Channel<FromViews, ToViews>

/** Holds views for the other end of the channel, which `calls` asks back. */
export function serveViews<Index extends ViewIndex>(port: Port, calls: HostCalls, parts: ServedViewParts<Index>): void {
  const views = new Map<number, ResidentView<Index>>()
  const makeView = viewMaker(port, calls, parts)
  const read = async ({ view, id, wish, question }: Extract<ToViews, { kind: 'read' }>): Promise<void> => {
    try {
      const served = views.get(view)!
      const result = await served.read(wish, (index) => answer(index, question))
      // Before the answer, so that whoever has it has seen the view that gave it.
      tellStatus(port, view, served)
      port.postMessage({ kind: 'result', id, result })
    } catch (error) {
      port.postMessage({ kind: 'refused', id, refusal: refusalOf(error) })
    }
  }
  const leave = (number: number): void => {
    const view = views.get(number)
    if (view !== undefined) parts.snapshots?.left(view.scope)
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

function viewMaker<Index extends ViewIndex>(port: Port, calls: HostCalls, parts: ServedViewParts<Index>) {
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
      changed: () => tellStatus(port, number, view),
    })
    return view
  }
}

function tellStatus<Index extends ViewIndex>(port: Port, number: number, view: ResidentView<Index>): void {
  port.postMessage({ kind: 'status', view: number, progress: view.progress, bytes: view.bytes() })
}

/** Only methods of an index are asked for: the other end's types hold it. */
const answer = <Index extends ViewIndex>(index: Index, question: RemoteQuestion | null): unknown =>
  question === null ? null : answerTo(index, question as Question<Index, keyof Index>)

const refusalOf = (error: unknown): Refusal =>
  error instanceof ProblemError ? { problem: error.problem } : { problem: null, message: messageOf(error) }
