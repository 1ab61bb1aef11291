import test from 'ava'
import { jsonLineRequests } from '../../../../infra/cli/import/json-line-requests.ts'

const read = (line: string) => jsonLineRequests(line, 'chat.jsonl', 7)

test('an object in the shape of /remember passes as it is, with the file as its episode', (t) => {
  t.deepEqual(read('{"content":"x","tags":["a"]}'), {
    requests: [{ content: 'x', tags: ['a'], run_id: 'chat.jsonl' }],
  })
  t.deepEqual(read('{"content":"x","run_id":"r"}'), { requests: [{ content: 'x', run_id: 'r' }] })
  t.deepEqual(read('{"content":"x","episode":"r"}'), { requests: [{ content: 'x', episode: 'r' }] })
})

test('a chat message is by its name, else by its role', (t) => {
  t.deepEqual(read('{"role":"user","content":"hi","occurred_at":"2026-01-01T00:00:00Z"}'), {
    requests: [
      {
        content: 'hi',
        occurred_at: '2026-01-01T00:00:00Z',
        author: 'user',
        metadata: { role: 'user' },
        run_id: 'chat.jsonl',
      },
    ],
  })
  t.deepEqual(read('{"role":"user","name":"Ana","content":"hi","metadata":{"a":1}}'), {
    requests: [{ content: 'hi', author: 'Ana', metadata: { role: 'user', a: 1 }, run_id: 'chat.jsonl' }],
  })
})

test('a line with a whole conversation is an episode of its own', (t) => {
  t.deepEqual(read('{"user_id":"u","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}'), {
    requests: [
      { user_id: 'u', run_id: 'chat.jsonl#7', content: 'a', author: 'user', metadata: { role: 'user' } },
      { user_id: 'u', run_id: 'chat.jsonl#7', content: 'b', author: 'assistant', metadata: { role: 'assistant' } },
    ],
  })
})

test('what is no memory is told apart, with the reason', (t) => {
  t.deepEqual(read('{"content":'), { reason: 'is not JSON' })
  t.deepEqual(read('[1]'), { reason: 'is no JSON object' })
  t.deepEqual(read('{"text":"x"}'), { reason: 'has neither `content` nor `messages`' })
  t.deepEqual(read('{"messages":["x"]}'), { reason: 'has a message that is no object' })
})
