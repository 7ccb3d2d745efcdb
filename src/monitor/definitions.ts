import type { DefinitionOptions } from '../kairos/index.ts'

/** Five minutes by the second, a day by the minute, a month by the hour. */
const intervals = [
  { name: 'second', step: 1, steps: 300 },
  { name: 'minute', step: 60, steps: 1440 },
  { name: 'hour', step: '1h', steps: 744 },
]

function define(
  name: string,
  options: Omit<DefinitionOptions, 'name' | 'match' | 'intervals'>,
): DefinitionOptions {
  return { ...options, name, match: [name], intervals }
}

/** The server's own series, one rule each, of every type. They stand before the configured rules. */
export const monitorDefinitions: readonly DefinitionOptions[] = [
  define('monitor.machine.cpu', {
    type: 'gauge',
    values: 'float',
    quantize: 0.1,
    unit: '%',
    description: 'how busy all cores of this machine were',
  }),
  define('monitor.machine.memory', {
    type: 'gauge',
    values: 'float',
    quantize: 0.1,
    unit: '%',
    description: 'how much of the memory of this machine is in use',
  }),
  define('monitor.process.cpu', {
    type: 'gauge',
    values: 'float',
    quantize: 0.1,
    unit: '%',
    description: 'how much of one core the server used',
  }),
  define('monitor.process.memory', {
    type: 'gauge',
    values: 'float',
    quantize: 0.1,
    unit: 'MB',
    description: 'resident memory of the server',
  }),
  define('monitor.process.event-loop-delay', {
    type: 'series',
    values: 'float',
    quantize: 0.01,
    unit: 'ms',
    description: 'the longest time in each second for which the server could not turn to other work',
  }),
  define('monitor.graphql.latency', {
    type: 'histogram',
    values: 'float',
    quantize: 0.1,
    unit: 'ms',
    description: 'how long queries and mutations took to execute',
  }),
  define('monitor.graphql.requests', {
    type: 'count',
    values: 'integer',
    description: 'queries and mutations executed',
  }),
  define('monitor.graphql.operations', {
    type: 'set',
    values: 'string',
    description: 'distinct names of queries and mutations',
  }),
]
