import test from 'ava'
import { withoutTasks } from '../../../infra/mcp/without-tasks.ts'

test('a request that asks for a task is handed on as one that does not, alone and in a batch', (t) => {
  const plain = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'recall', arguments: { task: 'x' } } }
  const asTask = { ...plain, params: { ...plain.params, task: { ttl: 60_000 } } }
  t.deepEqual(withoutTasks(asTask), plain)
  t.deepEqual(withoutTasks([plain, asTask, 'no message']), [plain, plain, 'no message'])
  t.is(withoutTasks(plain), plain)
})
