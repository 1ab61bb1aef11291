import test from 'ava'
import fc from 'fast-check'
import { getEncoding } from 'js-tiktoken'
import { frameLine, frameText } from '../../../domain/context/context-frame.ts'
import { estimateTokens } from '../../../domain/context/estimate-tokens.ts'
import { readConversation } from '../../../infra/cli/demo/read-conversation.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const tokenizers = (['cl100k_base', 'o200k_base'] as const).map((name) => getEncoding(name))
const most = (text: string): number => Math.max(...tokenizers.map((one) => one.encode(text, [], []).length))

const line = (content: string, author: string | null = 'Ana'): string =>
  frameText([frameLine(1, { occurredAt: Date.UTC(2025, 9, 15), author, content })])

test('no message of a conversation in a frame has more tokens than are estimated', async (t) => {
  for (const { request } of await readConversation()) {
    const text = line(String(request.content), String(request.author))
    t.true(most(text) <= estimateTokens(text), text)
  }
})

const SAMPLES: Readonly<Record<string, string>> = {
  German: 'Die Würde des Menschen ist unantastbar. Donaudampfschifffahrtsgesellschaftskapitän, Straßenbahnhaltestelle.',
  French: "Tous les êtres humains naissent libres et égaux en dignité et en droits ; c'est écrit là-bas.",
  Finnish: 'Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan.',
  Polish: 'Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.',
  Russian: 'Все люди рождаются свободными и равными в своем достоинстве и правах.',
  Greek: 'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.',
  Arabic: 'يولد جميع الناس أحراراً متساوين في الكرامة والحقوق.',
  Hebrew: 'כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם.',
  Hindi: 'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।',
  Thai: 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ',
  Chinese: '人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。',
  Japanese: 'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。',
  Korean: '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.',
  emoji: '😀🎉👍🏽👨‍👩‍👧‍👦🇩🇪🫶🏿 🪿🫨🪼',
  code: 'export const x = (a: Map<string, number[]>): void => { createHttpServer(a?.get("SOMABRAIN_URL") ?? 0x1f) }',
  numbers: '2025-10-15T12:00:00.123Z 0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f 3.14159265 +49 30 901820',
}
for (const [name, sample] of Object.entries(SAMPLES)) {
  test(`${name} has no more tokens than are estimated`, (t) => {
    t.true(most(sample) <= estimateTokens(sample), `${most(sample)} of ${estimateTokens(sample)}`)
  })
}

test('random letters, digits and bytes written as text have no more tokens than are estimated', (t) => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 40, maxLength: 400 }),
    fc.base64String({ minLength: 40, maxLength: 400 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 400 }),
  )
  fc.assert(
    fc.property(text, (sample) => most(line(sample)) <= estimateTokens(line(sample))),
    { numRuns: propertyRuns(100) },
  )
  t.pass()
})

test('the estimates of lines add up to that of their text', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }).map((one) => one.replaceAll('\n', ' '))), (lines) => {
      const sum = lines.reduce((tokens, one) => tokens + estimateTokens(`${one}\n`), 0)
      return estimateTokens(lines.map((one) => `${one}\n`).join('')) === sum
    }),
    { numRuns: propertyRuns(100) },
  )
  t.pass()
})

test('of an English budget more than half is used', async (t) => {
  const texts = (await readConversation()).map(({ request }) => request.content).join(' ')
  t.true(most(texts) > 0.55 * estimateTokens(texts))
})
