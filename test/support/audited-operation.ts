import type { GatheredOperation } from '../../infra/audit/operation-gatherer.ts'

/** A recall that somebody asked for. */
export const operation = (more: Partial<GatheredOperation> = {}): GatheredOperation => ({
  at: Date.now(),
  tenant: 'default',
  principal: 'tester',
  credential: null,
  action: 'recall',
  method: 'POST',
  route: '/recall',
  namespace: 'default',
  status: 200,
  code: null,
  results: 3,
  subject: null,
  requestId: 'r-1',
  traceparent: null,
  refused: null,
  ...more,
})
