import type { JsonObject } from '../../../domain/json.ts'
import type { ServerChoice } from '../command-line.ts'
import { objectsField } from '../json-fields.ts'
import type { ServerClient } from '../server-client.ts'
import { retryOptions, type VerbContext, withSession } from '../verb-context.ts'
import { contentLines, whence } from '../view/memory-line.ts'
import { planView } from '../view/plan-view.ts'
import { recallView } from '../view/recall-view.ts'
import { paint, type Terminal } from '../view/terminal.ts'
import { wrapText } from '../view/text-width.ts'
import { readConversation } from './read-conversation.ts'
import { storeConversation } from './store-conversation.ts'

const NAMESPACE = 'demo'

function chapter(terminal: Terminal, title: string, words: string): void {
  const text = wrapText(words, terminal.columns - 2).map((line) => `  ${paint(terminal, 'dim', line)}`)
  terminal.write(`\n${paint(terminal, 'bold', title)}\n${text.join('\n')}\n\n`)
}

const question = (terminal: Terminal, text: string): void =>
  terminal.write(`  ${paint(terminal, 'cyan', `“${text}”`)}\n\n`)

const ask = (client: ServerClient, query: string, more: JsonObject): Promise<JsonObject> =>
  client.post('/recall', { namespace: NAMESPACE, query, explain: true, ...more })

async function showRecall(client: ServerClient, terminal: Terminal): Promise<void> {
  chapter(
    terminal,
    'Recall, with its reasons',
    'Each score means the same for every question. Below the memory: what each signal added to its rank.',
  )
  const query = 'What is Priya allergic to?'
  question(terminal, query)
  terminal.write(recallView(terminal, await ask(client, query, { k: 2 }), { signals: 5 }))
}

async function showNothing(client: ServerClient, terminal: Terminal): Promise<void> {
  chapter(
    terminal,
    'Knowing that it does not know',
    'With min_score an agent hears "nothing relevant" instead of the least bad guess.',
  )
  const query = 'Which vaccinations does the dog still need?'
  question(terminal, query)
  terminal.write(recallView(terminal, await ask(client, query, { k: 1, min_score: 0.5 }), { signals: 0 }))
}

const moments: ReadonlyArray<readonly [string, JsonObject]> = [
  ['in February', { as_of: { valid: '2026-02-01T00:00:00Z' } }],
  ['in March', { as_of: { valid: '2026-03-20T00:00:00Z' } }],
  ['today', {}],
]

async function showAsOf(client: ServerClient, terminal: Terminal): Promise<void> {
  chapter(
    terminal,
    'What was true when',
    'The opening day was corrected twice. Each correction ends the validity of the fact before it, and nothing is lost.',
  )
  const query = 'When is the opening day?'
  question(terminal, query)
  for (const [when, asOf] of moments) {
    const [best] = objectsField(await ask(client, query, { k: 1, ...asOf }), 'results')
    if (best === undefined) continue
    terminal.write(`  ${paint(terminal, 'bold', `asked ${when}`)}  ${paint(terminal, 'dim', whence(best))}\n`)
    terminal.write(`${contentLines(terminal, best, 5, 3).join('\n')}\n\n`)
  }
}

async function showPlan(client: ServerClient, terminal: Terminal): Promise<void> {
  chapter(
    terminal,
    'A plan from what is remembered',
    'Memories that are linked with depends_on come in the order in which they can be done.',
  )
  const goal = 'Open the workshop to the public'
  question(terminal, goal)
  terminal.write(planView(terminal, await client.post('/plan', { namespace: NAMESPACE, goal, max_steps: 12 })))
}

const closing = `
Ask it something yourself:

  npm run somabrain -- recall -n demo "who repairs the gears?"
  npm run somabrain -- recall -n demo "when is the opening day?" --as-of 2026-02-01
`

/** Stores the conversation, once, and shows on it what the memory can do. */
export function runDemo(server: ServerChoice, context: VerbContext): Promise<number> {
  const terminal = context.out
  return withSession(context, server, 'write', async ({ client }) => {
    const turns = await readConversation()
    chapter(
      terminal,
      'Three people open a bicycle workshop',
      `Mara, Jonas and Priya talk from January to June 2026: ${turns.length} turns, with plans, dates and corrections.`,
    )
    const stored = await storeConversation({ client, namespace: NAMESPACE, retry: retryOptions(context) }, turns)
    terminal.write(`  ${stored.added} turns stored, ${stored.alreadyThere} were already there.\n`)
    await showRecall(client, terminal)
    await showNothing(client, terminal)
    await showAsOf(client, terminal)
    await showPlan(client, terminal)
    terminal.write(closing)
    return 0
  })
}
