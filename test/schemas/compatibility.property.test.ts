import test from 'ava'
import fc from 'fast-check'
import { avroShapeOf } from '../../schemas/avro-shape.ts'
import { readFaults } from '../../schemas/compare-schemas.ts'
import { avscRefusal, incompatibilities } from '../../schemas/compatibility.ts'
import { schemaIdentity } from '../../schemas/schema-content.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { arbitrarySchemaPair } from './arbitrary-schemas.ts'

test('our rules find a fault exactly where avsc refuses to read', (t) => {
  const seen = { readable: 0, unreadable: 0 }
  fc.assert(
    fc.property(arbitrarySchemaPair, ([reader, writer]) => {
      const faults = readFaults(avroShapeOf(reader), avroShapeOf(writer))
      const refusal = avscRefusal(reader, writer)
      seen[refusal === null ? 'readable' : 'unreadable']++
      return (faults.length === 0) === (refusal === null)
    }),
    { numRuns: propertyRuns(2_000) },
  )
  t.true(seen.readable > propertyRuns(400) && seen.unreadable > propertyRuns(400), JSON.stringify(seen))
})

test('a schema is compatible with itself, and its identity does not depend on layout or documentation', (t) => {
  fc.assert(
    fc.property(arbitrarySchemaPair, ([schema]) => {
      // A field whose alias is another field of the same record cannot even be read by itself.
      fc.pre(!JSON.stringify(schema).includes('aliases'))
      const documented = { doc: 'another', ...(schema as object) }
      return (
        incompatibilities(schema, [{ version: 1, schema }]).length === 0 &&
        schemaIdentity(documented) === schemaIdentity(schema)
      )
    }),
    { numRuns: propertyRuns(300) },
  )
  t.pass()
})
