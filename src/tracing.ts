import type { Log } from './log.ts'

/** Ends tracing; resolves when what was traced has been sent, or could not be. */
export type StopTracing = () => Promise<void>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Sends spans over OTLP where the standard variables of OpenTelemetry say where to; undefined where they do not, and where
 * the SDK, which does not come with us, is missing: then there is a warning. Before it nothing is traced, and nothing loaded.
 */
export async function startTracing(env: Environment, log: Log): Promise<StopTracing | undefined> {
  if (!isConfigured(env)) return undefined
  const sdk = await loadSdk().catch(() => undefined)
  if (!sdk) {
    log.warn(`OTEL_… variables are set, but nothing is traced: the SDK is missing; ${INSTALL}`)
    return undefined
  }
  const { NodeTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resources } = sdk
  const detected = resources.detectResources({ detectors: [resources.envDetector] })
  const named = resources.resourceFromAttributes({ 'service.name': env.OTEL_SERVICE_NAME || 'kairos' })
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(named).merge(detected),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  provider.register()
  log.info('spans are sent over OTLP')
  return () => provider.shutdown().catch((error) => log.warn(`the last spans are lost: ${error}`))
}

const INSTALL =
  'npm install @opentelemetry/sdk-trace-node @opentelemetry/resources @opentelemetry/exporter-trace-otlp-http'

/** The exporter is OTLP by default, but nobody wants it without having said so. */
function isConfigured(env: Environment): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return false
  const exporter = env.OTEL_TRACES_EXPORTER || undefined
  if (exporter !== undefined) return exporter === 'otlp'
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
}

async function loadSdk() {
  const [{ NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  return { NodeTracerProvider, BatchSpanProcessor, OTLPTraceExporter, resources }
}
