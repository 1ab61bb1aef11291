import avsc from 'avsc'
import { avroShapeOf } from './avro-shape.ts'
import { type ReadFault, type ReadRule, readFaults } from './compare-schemas.ts'

/** What breaks FULL_TRANSITIVE: every version reads what every other one of the record wrote, as a replay of the log needs. */
export type CompatibilityRule =
  | 'field-added-without-default'
  | 'field-removed-without-default'
  | 'enum-symbol-removed-without-default'
  | 'enum-symbol-added-without-default'
  | 'union-branch-removed'
  | 'union-branch-added'
  | 'type-changed'
  | 'fixed-size-changed'
  | 'logical-type-changed'
  | 'name-changed'
  | 'ambiguous-alias'
  /** avsc cannot resolve it, and none of the rules above says why. */
  | 'unreadable'

export interface Incompatibility {
  /** The released version that it breaks with. */
  readonly version: number
  /** `backward`: the new version cannot read what the released one wrote; `forward`: the other way. */
  readonly direction: 'backward' | 'forward'
  readonly rule: CompatibilityRule
  /** The field: `Remember.links[].rel`. */
  readonly path: string
  readonly message: string
}

export interface SchemaVersion {
  readonly version: number
  /** As JSON holds it. */
  readonly schema: unknown
}

const directions = ['backward', 'forward'] as const
type Direction = (typeof directions)[number]

const ruleNames: Record<Direction, Partial<Record<ReadRule, CompatibilityRule>>> = {
  backward: {
    'field-without-default': 'field-added-without-default',
    'enum-symbol-without-default': 'enum-symbol-removed-without-default',
    'union-branch-missing': 'union-branch-removed',
  },
  forward: {
    'field-without-default': 'field-removed-without-default',
    'enum-symbol-without-default': 'enum-symbol-added-without-default',
    'union-branch-missing': 'union-branch-added',
  },
}

/** Every rule that `candidate` breaks with a released version of the same record; empty when it may be released. */
export function incompatibilities(candidate: unknown, released: readonly SchemaVersion[]): readonly Incompatibility[] {
  return released.flatMap(({ version, schema }) =>
    directions.flatMap((direction) => {
      const [reader, writer] = direction === 'backward' ? [candidate, schema] : [schema, candidate]
      return faultsOf(reader, writer).map((fault) => incompatibility(version, direction, fault))
    }),
  )
}

/** The rules name what is wrong; avsc, which reads the log, has the last word. */
function faultsOf(reader: unknown, writer: unknown): readonly (ReadFault | Unreadable)[] {
  const faults = readFaults(avroShapeOf(reader), avroShapeOf(writer))
  const refusal = avscRefusal(reader, writer)
  if (refusal === null || faults.some(({ rule }) => rule !== 'logical-type-changed')) return faults
  return [...faults, { rule: 'unreadable', path: '', detail: refusal }]
}

interface Unreadable {
  readonly rule: 'unreadable'
  readonly path: string
  readonly detail: string
}

/** Why avsc cannot read what `writer` wrote as `reader`; `null` when it can. */
export function avscRefusal(reader: unknown, writer: unknown): string | null {
  const [readerType, writerType] = [reader, writer].map((schema) =>
    avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: true }),
  )
  try {
    readerType!.createResolver(writerType!)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

function incompatibility(version: number, direction: Direction, fault: ReadFault | Unreadable): Incompatibility {
  const rule =
    fault.rule === 'unreadable' ? fault.rule : (ruleNames[direction][fault.rule] ?? (fault.rule as CompatibilityRule))
  const reads =
    direction === 'backward'
      ? `the new version cannot read what version ${version} wrote`
      : `version ${version} cannot read what the new version writes`
  const { path } = fault
  return {
    version,
    direction,
    rule,
    path,
    message: `${path === '' ? 'schema' : path}: ${rule}: ${fault.detail}; ${reads}`,
  }
}
