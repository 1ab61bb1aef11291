import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { caseFiles, looks } from './alert-cases.ts'
import { expressionNames } from './expression-names.ts'
import { type Alert, alerts, root, ruleFiles } from './rule-files.ts'
import { foreignMetrics } from './unknown-names.ts'

const PAGE = 'docs/how-to/alerts.md'
const SEVERITIES = ['info', 'warning', 'critical']

const severityOf = ({ labels }: Alert): string => labels?.severity ?? ''
const named = (alert: Alert): string => `${alert.alert} (${severityOf(alert)})`

const firing = ({ alert, labels }: Alert) =>
  looks.filter(
    ({ alertname, exp_alerts = [] }) =>
      alertname === alert && exp_alerts.some(({ exp_labels }) => exp_labels.severity === labels?.severity),
  )

/** What is measured for an alert, through the series that rules record. */
function measured(expr: string): ReadonlySet<string> {
  const recorded = new Map(ruleFiles.flatMap(({ rules }) => rules.map(({ record, expr: of }) => [record, of])))
  const names = expressionNames(expr).selectors.map(({ metric }) => metric)
  return new Set(names.flatMap((name) => (recorded.has(name) ? [...measured(recorded.get(name)!)] : [name])))
}

test('the alerts are told by name and severity', (t) => {
  const names = alerts.map(named)
  t.true(names.length > 30)
  t.is(new Set(names).size, names.length)
  t.deepEqual(
    [...caseFiles].map(({ name }) => name),
    ruleFiles.map(({ name }) => name),
  )
})

for (const alert of alerts) {
  test(`${named(alert)} has a case in which it fires, and says what anybody needs to know`, (t) => {
    t.true(firing(alert).length > 0)
    t.true(SEVERITIES.includes(severityOf(alert)))
    t.deepEqual(Object.keys(alert.annotations ?? {}).sort(), ['description', 'runbook_url', 'summary'])
    t.is(alert.annotations?.runbook_url, `${PAGE}#${alert.alert.toLowerCase()}`)
    for (const { exp_alerts = [] } of firing(alert)) {
      for (const { exp_annotations = {} } of exp_alerts) t.notRegex(JSON.stringify(exp_annotations), /no value|\{\{/)
    }
  })

  test(`${named(alert)} has a case of normal values, in which it is silent`, (t) => {
    const fires = new Set(firing(alert).map(({ of }) => of))
    const normal = looks.filter(({ alertname, of }) => alertname === alert.alert && !fires.has(of))
    const about = measured(alert.expr)
    // A case without the series that the alert is about would be silent whatever the rule says.
    const fed = normal.filter(({ of }) => of.input_series.some(({ series }) => about.has(series.split('{')[0] ?? '')))
    t.true(fed.length > 0)
  })

  if (alert.for !== undefined) {
    test(`${named(alert)} has a case in which it is not firing yet`, (t) => {
      const waited = firing(alert).some(({ of }) =>
        looks.some(
          ({ of: other, alertname, exp_alerts = [] }) =>
            other === of &&
            alertname === alert.alert &&
            !exp_alerts.some(({ exp_labels }) => exp_labels.severity === severityOf(alert)),
        ),
      )
      t.true(waited)
    })
  }
}

test('each foreign metric is used', (t) => {
  const used = new Set(ruleFiles.flatMap(({ rules }) => rules.flatMap(({ expr }) => [...measured(expr)])))
  t.deepEqual(
    Object.keys(foreignMetrics).filter((name) => !used.has(name)),
    [],
  )
})

test('each alert has its section in the documentation, with its severities, and each section its alert', (t) => {
  const page = readFileSync(join(root, PAGE), 'utf8')
  const sections = page.split(/^#+ (?=Somabrain\w+$)/m).slice(1)
  const told = sections.map((section) => {
    const [name = ''] = section.split('\n')
    return [name, SEVERITIES.filter((severity) => section.split(/^#/m)[0]?.includes(`*${severity}*`))]
  })
  const meant = [...new Set(alerts.map(({ alert }) => alert))].map((name) => {
    const own = alerts.filter(({ alert }) => alert === name).map(severityOf)
    return [name, SEVERITIES.filter((severity) => own.includes(severity))]
  })
  t.deepEqual(told.sort(), meant.sort())
})

test('what an alert of two severities tells apart is what has to be equal for the one to mute the other', (t) => {
  const { inhibit_rules } = parse(readFileSync(join(root, 'infra/prometheus/alertmanager.yml'), 'utf8')) as {
    readonly inhibit_rules: ReadonlyArray<{ readonly equal: readonly string[] }>
  }
  const twice = alerts.filter((alert) => severityOf(alert) === 'critical' && alerts.some(isWarningOf(alert)))
  t.true(twice.length > 3)
  const labels = twice.flatMap((alert) => firing(alert).flatMap(({ exp_alerts = [] }) => exp_alerts))
  const telling = new Set(labels.flatMap(({ exp_labels }) => Object.keys(exp_labels)))
  t.deepEqual(
    [...telling, 'alertname'].filter((label) => label !== 'severity').sort(),
    [...inhibit_rules[0]!.equal].sort(),
  )
})

const isWarningOf =
  ({ alert }: Alert) =>
  (other: Alert): boolean =>
    other.alert === alert && severityOf(other) === 'warning'
