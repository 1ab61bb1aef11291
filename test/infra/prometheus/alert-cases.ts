import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { root } from './rule-files.ts'

const folder = join(root, 'test/infra/prometheus/alerts')

export interface ExpectedAlert {
  readonly exp_labels: Readonly<Record<string, string>>
  readonly exp_annotations?: Readonly<Record<string, string>>
}

/** What is firing at a moment of a case. */
export interface Look {
  readonly eval_time: string
  readonly alertname: string
  /** None: it is silent. */
  readonly exp_alerts?: readonly ExpectedAlert[]
}

export interface Case {
  readonly name: string
  readonly input_series: ReadonlyArray<{ readonly series: string; readonly values: string }>
  readonly alert_rule_test: readonly Look[]
}

export interface CaseFile {
  /** Without folder and ending: that of the rules that it is about. */
  readonly name: string
  readonly path: string
  readonly text: string
  readonly cases: readonly Case[]
}

/** What `promtool test rules` reads. */
export const caseFiles: readonly CaseFile[] = readdirSync(folder)
  .sort()
  .map((file) => {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    return {
      name: basename(file, '.yml'),
      path,
      text,
      cases: (parse(text) as { readonly tests: readonly Case[] }).tests,
    }
  })

export const looks: ReadonlyArray<Look & { readonly of: Case }> = caseFiles
  .flatMap(({ cases }) => cases)
  .flatMap((of) => of.alert_rule_test.map((look) => ({ ...look, of })))
