import { setTimeout as wait } from 'node:timers/promises'
import type { SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { Log } from './log.ts'

/** Ends tracing; resolves when what was traced has been sent, or could not be, in two seconds at most. */
export type StopTracing = () => Promise<void>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Sends spans over OTLP where the standard variables of OpenTelemetry say where to; undefined where they do not, and where
 * the SDK, which does not come with us, is missing: then there is a warning. Before it nothing is traced, and nothing loaded.
 */
export async function startTracing(env: Environment, log: Log): Promise<StopTracing | undefined> {
  const unknown = exportersOf(env).filter((each) => each !== 'otlp' && each !== 'none')
  if (unknown.length > 0 && !isDisabled(env))
    log.warn(
      `OTEL_TRACES_EXPORTER: ${unknown.join(', ')} is not known here; spans are sent by otlp, or by none`,
    )
  if (!isConfigured(env)) return undefined
  const sdk = await loadSdk().catch((error: Error) => {
    log.warn(`OTEL_… variables are set, but nothing is traced: ${error.message}; ${INSTALL}`)
  })
  if (!sdk) return undefined
  const { NodeTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resources } = sdk
  const detected = resources.detectResources({ detectors: [resources.envDetector] })
  const named = resources.resourceFromAttributes({ 'service.name': 'kairos' })
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(named).merge(detected),
    spanProcessors: [new BatchSpanProcessor(reported(new OTLPTraceExporter(), log))],
  })
  provider.register()
  log.info('spans are sent over OTLP')
  return async () => {
    const late = wait(GOODBYE).then(() => log.warn('the last spans are lost: they are not taken in time'))
    await Promise.race([provider.shutdown().catch(() => {}), late]) // what failed was reported
  }
}

/** Milliseconds for the last spans. The SDK would wait for longer than whoever stops a server does. */
const GOODBYE = 2000

/** The log is told when spans begin to be lost, and when they arrive again: the SDK keeps it to itself. */
function reported(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { error } = result
        if (error && !failing) log.warn(`spans are lost, until further notice: ${reasonOf(error)}`)
        if (!error && failing) log.info('spans are taken again')
        failing = error !== undefined
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** Where several addresses were tried in vain there is a code, and no message. */
function reasonOf(error: Error): string {
  return error.message || ('code' in error ? String(error.code) : error.name)
}

const INSTALL =
  'npm install @opentelemetry/sdk-trace-node @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http'

/** The exporter is OTLP by default, but nobody wants it without having said so. */
function isConfigured(env: Environment): boolean {
  if (isDisabled(env)) return false
  const exporters = exportersOf(env)
  if (exporters.length > 0) return exporters.includes('otlp')
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
}

function isDisabled(env: Environment): boolean {
  return env.OTEL_SDK_DISABLED?.toLowerCase() === 'true'
}

/** By name; none where nothing is said of them. */
function exportersOf({ OTEL_TRACES_EXPORTER = '' }: Environment): readonly string[] {
  return OTEL_TRACES_EXPORTER.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

async function loadSdk() {
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  return { NodeTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resources }
}
