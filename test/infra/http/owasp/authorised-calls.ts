import type { Action } from '../../../../domain/authorisation/action.ts'
import { MEMORY_ID, OTHER_ID } from '../support/doubles.ts'

export interface AuthorisedCall {
  readonly action: Action
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** A good request for every documented operation that needs a credential, by its id, and the action that it is. */
export const authorisedCalls: Readonly<Record<string, AuthorisedCall>> = {
  remember: { action: 'remember', method: 'POST', path: '/remember', body: { content: 'x' } },
  rememberBatch: { action: 'remember', method: 'POST', path: '/remember/batch', body: { items: [{ content: 'x' }] } },
  forget: { action: 'forget', method: 'POST', path: '/forget', body: { memory_id: MEMORY_ID } },
  deleteMemory: { action: 'forget', method: 'DELETE', path: `/memories/${MEMORY_ID}` },
  restore: { action: 'restore', method: 'POST', path: '/restore', body: { memory_id: MEMORY_ID } },
  feedback: { action: 'feedback', method: 'POST', path: '/feedback', body: { memory_id: MEMORY_ID } },
  link: { action: 'link', method: 'POST', path: '/link', body: { memory_id: MEMORY_ID, rel: 'a', target: OTHER_ID } },
  unlink: {
    action: 'unlink',
    method: 'POST',
    path: '/unlink',
    body: { memory_id: MEMORY_ID, rel: 'a', target: OTHER_ID },
  },
  configureNamespace: { action: 'configure', method: 'PUT', path: '/namespaces/default', body: { profile: 'notes' } },
  recall: { action: 'recall', method: 'POST', path: '/recall', body: { query: 'x' } },
  context: { action: 'recall', method: 'POST', path: '/context', body: { query: 'x' } },
  plan: { action: 'plan', method: 'POST', path: '/plan', body: { goal: 'x' } },
  listMemories: { action: 'list', method: 'GET', path: '/memories' },
  searchMemories: { action: 'list', method: 'POST', path: '/memories/search', body: {} },
  listEpisodes: { action: 'list', method: 'GET', path: '/episodes' },
  listNamespaces: { action: 'list', method: 'GET', path: '/namespaces' },
  readMemory: { action: 'read', method: 'GET', path: `/memories/${MEMORY_ID}` },
  memoryHistory: { action: 'read', method: 'GET', path: `/memories/${MEMORY_ID}/history` },
  memoryLinks: { action: 'read', method: 'GET', path: `/memories/${MEMORY_ID}/links` },
  readCommand: { action: 'read', method: 'GET', path: `/commands/${OTHER_ID}` },
  graphNeighbours: { action: 'read', method: 'POST', path: '/graph/neighbours', body: { memory_id: MEMORY_ID } },
  graphPath: { action: 'read', method: 'POST', path: '/graph/path', body: { from: MEMORY_ID, to: MEMORY_ID } },
  readWorkingMemory: { action: 'read', method: 'GET', path: '/working-memory' },
  exportSubject: { action: 'export', method: 'GET', path: '/subjects/ana/export' },
  receiptKey: { action: 'receipt', method: 'GET', path: '/receipts/key' },
  readReceipt: { action: 'receipt', method: 'GET', path: `/receipts/${OTHER_ID}` },
  readAudit: { action: 'audit', method: 'GET', path: '/audit' },
  metrics: { action: 'metrics', method: 'GET', path: '/metrics' },
}

/** One operation that is two actions, by a member of its body. */
export const erase: AuthorisedCall = {
  action: 'erase',
  method: 'POST',
  path: '/forget',
  body: { mode: 'erase', user_id: 'ana' },
}

/** Asks for the credential, and then for each of its tools as the operation that the tool is. */
export const WITH_CHECKS_OF_ITS_OWN: readonly string[] = ['mcp']
