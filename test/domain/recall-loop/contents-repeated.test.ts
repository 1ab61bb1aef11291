import test from 'ava'
import { frameLine, frameText } from '../../../domain/context/context-frame.ts'
import { contentsRepeated, type Statement } from '../../../domain/recall-loop/contents-repeated.ts'
import { readConversation } from '../../../infra/cli/demo/read-conversation.ts'

const KNOWLEDGE = 'Ana moved to Lisbon in March.'
const statement = (more: Partial<Statement> = {}): Statement => ({
  content: KNOWLEDGE,
  metadata: {},
  author: null,
  occurredAt: null,
  supersedes: null,
  links: [],
  keyed: false,
  ...more,
})
const id = '0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f'

test('knowledge without a speaker or a time may be a repetition', (t) => {
  t.deepEqual(contentsRepeated(statement()), [KNOWLEDGE])
})

for (const [what, more] of [
  ['what somebody said', { author: 'Ana' }],
  ['what has a time of its own', { occurredAt: 0 }],
  ['what the caller names by a key', { keyed: true }],
  ['a word or two', { content: 'Yes, of course!' }],
  ['a correction', { supersedes: id, metadata: { source: 'recalled' } }],
  ['what links to others', { links: [{ rel: 'about', target: id }], metadata: { source: 'recalled' } }],
] as const) {
  test(`${what} is never taken for one`, (t) => t.deepEqual(contentsRepeated(statement(more)), []))
}

test('what says of itself that it was recalled may be one, whoever says it', (t) => {
  const more = { author: 'Ana', occurredAt: 0, keyed: true, content: 'Yes.', metadata: { source: 'recalled' } }
  t.deepEqual(contentsRepeated(statement(more)), ['Yes.'])
})

test('a context, or a line of it, may repeat all that it quotes', (t) => {
  const lines = ['Yes.', KNOWLEDGE].map((content, i) => frameLine(i + 1, { occurredAt: 0, author: 'Ana', content }))
  t.deepEqual(contentsRepeated(statement({ content: frameText(lines), author: 'agent' })), ['Yes.', KNOWLEDGE])
  t.deepEqual(contentsRepeated(statement({ content: lines[0]! })), ['Yes.'])
  t.deepEqual(contentsRepeated(statement({ content: `So:\n${frameText(lines)}` })), [`So:\n${frameText(lines)}`])
})

test('no turn of a conversation is taken for a repetition, however often it is said', async (t) => {
  const turns = await readConversation()
  const caught = turns.filter(({ request }) => {
    const { content, author } = request as { content: string; author: string }
    return contentsRepeated(statement({ content, author })).length > 0
  })
  t.is(caught.length, 0)
  t.true(turns.length > 200)
})
