import type { Config } from './config.ts'
import { pathOf, type Report } from './config-error.ts'
import { intervalNameFault, reportIntervalFaults } from './interval-faults.ts'
import { mostIntervals, ruleSchema, settingsSchema } from './settings.ts'
import { isMap, type SettingsMap } from './shape-faults.ts'

/**
 * Reports what settings must agree on within a rule and between rules. It takes a file of any shape, so that these faults
 * are told beside those of shape; a setting whose own shape is wrong is left out, since that is reported already.
 */
export const reportRuleFaults = (settings: unknown, report: Report): void => {
  const rules = isMap(settings) ? settings.timeseries : undefined
  if (!isMap(settings) || !Array.isArray(rules)) return
  const layout = settingsSchema.shape.layout.safeParse(settings.layout).data ?? 'packed'
  const names = new Map<string, number>()
  for (const [index, rule] of rules.entries()) {
    if (!isMap(rule)) continue
    const path = ['timeseries', index]
    const name = ruleSchema.shape.name.safeParse(rule.name).data
    const first = name === undefined ? undefined : names.get(name)
    if (first !== undefined) report(pathOf([...path, 'name']), `is the name of timeseries[${first}] too`)
    else if (name !== undefined) names.set(name, index)
    reportValueFaults(rule, path, report)
    if (isMap(rule.intervals)) reportIntervals(rule.intervals, layout, [...path, 'intervals'], report)
  }
}

const reportValueFaults = (rule: SettingsMap, path: readonly PropertyKey[], report: Report): void => {
  const { shape } = ruleSchema
  const type = shape.type.safeParse(rule.type)
  const values = shape.values.safeParse(rule.values)
  const quantize = shape.quantize.safeParse(rule.quantize).data
  if (!type.success || !values.success) return
  const numeric = values.data === 'integer' || values.data === 'float'
  const quantizeAt = pathOf([...path, 'quantize'])
  if (type.data === 'count') {
    if (values.data !== undefined && !numeric)
      report(pathOf([...path, 'values']), 'must be float or integer for a count')
    if (quantize !== undefined) report(quantizeAt, 'is not for a count: remove it')
  } else if (quantize !== undefined) {
    if (!numeric) report(quantizeAt, 'needs numbers: write values: float or values: integer, or remove it')
    else if (values.data === 'integer' && !Number.isInteger(quantize)) {
      report(quantizeAt, 'must be a whole number where values are integer')
    }
  }
}

const reportIntervals = (
  intervals: SettingsMap,
  layout: Config['layout'],
  path: readonly PropertyKey[],
  report: Report,
): void => {
  const named = Object.entries(intervals)
  if (named.length === 0) report(pathOf(path), 'must name at least one interval')
  if (named.length > mostIntervals) report(pathOf(path), `must name at most ${mostIntervals} intervals`)
  for (const [name, interval] of named) {
    const fault = intervalNameFault(name)
    if (fault) report(pathOf([...path, name]), fault)
    if (isMap(interval)) reportIntervalFaults(interval, layout, [...path, name], report)
  }
}
