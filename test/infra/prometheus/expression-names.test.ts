import test from 'ava'
import { expressionNames } from './expression-names.ts'

test('metrics, matchers and labels of an expression are told from its functions and keywords', (t) => {
  const expression = `
    histogram_quantile(0.95, sum by (job, le) (rate(a_bucket{code=~"x|y-z",status=~"5..",path!="/p"}[5m])))
    unless on (job) label_replace(b:c offset 1h, "projection", "long-term-$1", "build", "(.+)") > bool 1e3`
  t.deepEqual(expressionNames(expression), {
    selectors: [
      {
        metric: 'a_bucket',
        matchers: [
          { label: 'code', values: ['x', 'y-z'] },
          { label: 'status', values: null },
          { label: 'path', values: ['/p'] },
        ],
      },
      { metric: 'b:c', matchers: [] },
    ],
    labels: ['job', 'le', 'job', 'projection', 'build'],
  })
})
