import { MessageChannel } from 'node:worker_threads'
import { HostCalls } from '../../../infra/views/host-calls.ts'
import { type ServedViewParts, serveViews } from '../../../infra/views/serve-views.ts'
import { ViewThread, type ViewThreadDeps } from '../../../infra/views/view-thread.ts'
import type { ViewHost } from '../../../query-api/ports/view-host.ts'
import type { ViewIndex } from '../../../query-api/view-index.ts'

/** With SOMABRAIN_TEST_VIEWS=hosted the tests of the query side have every view on the far end of a channel. */
export const testsAreHosted = process.env.SOMABRAIN_TEST_VIEWS === 'hosted'

/** Views behind a real channel, whose messages are cloned as between threads, over stores of this thread. */
export function hostedViews<Index extends ViewIndex>(parts: ServedViewParts<Index>, deps: ViewThreadDeps): ViewHost {
  const { port1, port2 } = new MessageChannel()
  serveViews(port2, new HostCalls(port2), parts)
  const thread = new ViewThread(port1, deps)
  port2.unref()
  return { forgetSnapshot: async () => {}, open: (scope, listener) => thread.open(scope, listener) }
}
