import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const rulesFolder = join(root, 'infra/prometheus/rules')

export interface Rule {
  readonly expr: string
  /** Of a rule that records a series. */
  readonly record?: string
  /** Of a rule that alerts. */
  readonly alert?: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Alert extends Rule {
  readonly alert: string
}

export interface RuleFile {
  /** Without folder and ending; its cases have the same. */
  readonly name: string
  readonly path: string
  readonly rules: readonly Rule[]
}

/** The rule files as they are written. */
export const ruleFiles: readonly RuleFile[] = readdirSync(rulesFolder)
  .sort()
  .map((file) => {
    const path = join(rulesFolder, file)
    return { name: basename(file, '.yml'), path, rules: rulesIn(readFileSync(path, 'utf8')) }
  })

export const isAlert = (rule: Rule): rule is Alert => rule.alert !== undefined

export const alerts: readonly Alert[] = ruleFiles.flatMap(({ rules }) => rules.filter(isAlert))

function rulesIn(text: string): readonly Rule[] {
  const { groups } = parse(text) as { readonly groups: ReadonlyArray<{ readonly rules: readonly Rule[] }> }
  return groups.flatMap(({ rules }) => rules)
}
