import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../../infra/config/configuration.ts'
import { parsePublicKeys } from '../../../../infra/http/auth/jwt/public-keys.ts'
import { temporaryFolder } from '../../../support/temp-folder.ts'

const spki = { type: 'spki', format: 'pem' } as const
const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits })
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey.export(spki).toString()
const own = rsa(2048)

test('each kind of key fixes its algorithms', (t) => {
  const text = `${own.publicKey.export(spki)}\nfrom here on the new one\n${curve('P-256')}`
  t.deepEqual(
    parsePublicKeys(text).map(({ algorithms }) => algorithms),
    [['RS256', 'PS256'], ['ES256']],
  )
  const edwards = generateKeyPairSync('ed25519').publicKey.export(spki).toString()
  t.deepEqual(parsePublicKeys(edwards)[0]?.algorithms, ['EdDSA', 'Ed25519'])
})

const wrong: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['nothing', '', /holds no PEM block/],
  ['a JSON Web Key', '{"kty":"RSA"}', /holds no PEM block/],
  ['a private key', own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /holds a private key/],
  ['a short RSA key', rsa(1024).publicKey.export(spki).toString(), /below 2048 bits/],
  ['another curve', curve('P-384'), /not of the curve P-256/],
  ['another kind', generateKeyPairSync('x25519').publicKey.export(spki).toString(), /of the kind x25519/],
  ['a torn block', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /no public key/],
  ['too many', curve('P-256').repeat(9), /holds 9 keys/],
]
for (const [what, text, message] of wrong) {
  test(`a key file with ${what} refuses the start by name`, (t) => {
    const file = join(temporaryFolder(t), 'keys.pem')
    writeFileSync(file, text)
    const error = t.throws(() => readConfiguration({ SOMABRAIN_JWT_PUBLIC_KEY_FILE: file }), { message })
    t.regex(error.message, /^SOMABRAIN_JWT_PUBLIC_KEY_FILE /)
    t.false(error.message.includes('BEGIN'), 'nothing of it is repeated')
  })
}

test('a key file and published keys are not taken together', (t) => {
  const file = join(temporaryFolder(t), 'keys.pem')
  writeFileSync(file, own.publicKey.export(spki))
  const both = { SOMABRAIN_JWT_PUBLIC_KEY_FILE: file, SOMABRAIN_JWKS_URL: 'https://id.example/jwks' }
  t.throws(() => readConfiguration(both), { message: /SOMABRAIN_JWKS_URL is set, and so is .*one of the two/ })
})
