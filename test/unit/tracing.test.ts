import { expect, test, vi } from 'vitest'
import { startTracing } from '../../src/tracing.ts'

vi.mock('@opentelemetry/sdk-trace-node', () => {
  throw new Error('it is not installed')
})

const log = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() })

test.each([{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }, { OTEL_TRACES_EXPORTER: 'otlp' }])(
  'where the SDK is missing, a warning says what to install, and the server goes on: %o',
  async (env) => {
    const told = log()
    expect(await startTracing(env, told)).toBeUndefined()
    expect(told.warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('npm install @opentelemetry/'))
  },
)

test.each([
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' },
  { OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' },
])('nobody is told anything where it is not asked for: %o', async (env) => {
  const told = log()
  expect(await startTracing(env, told)).toBeUndefined()
  expect(told.warn).not.toHaveBeenCalled()
})

test('an exporter that is not known is told of, whether there is another one or not', async () => {
  for (const OTEL_TRACES_EXPORTER of ['zipkin', 'console, otlp']) {
    const told = log()
    expect(await startTracing({ OTEL_TRACES_EXPORTER }, told)).toBeUndefined()
    const [name = ''] = OTEL_TRACES_EXPORTER.split(',')
    expect(told.warn).toHaveBeenCalledWith(
      expect.stringContaining(`OTEL_TRACES_EXPORTER: ${name} is not known`),
    )
  }
})
