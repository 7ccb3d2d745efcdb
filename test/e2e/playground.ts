import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { type App, start } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config/index.ts'
import { createLog } from '../../src/log.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'
import { launchBrowser } from './browser.ts'

/** A whole server with its page, and a browser before it. */
export class Playground {
  readonly #folder: string
  readonly #redis: RedisServer
  readonly #browser: Browser
  readonly #config: Config
  #app: App

  private constructor(folder: string, redis: RedisServer, browser: Browser, config: Config, app: App) {
    this.#folder = folder
    this.#redis = redis
    this.#browser = browser
    this.#config = config
    this.#app = app
  }

  static async start(): Promise<Playground> {
    const folder = await mkdtemp(join(tmpdir(), 'kairos-e2e-'))
    const redis = await startRedisServer()
    const config = await loadConfig({ argv: ['--redis', redis.url, '--port', '0'], env: {}, cwd: folder })
    const app = await start(config, log)
    return new Playground(folder, redis, await launchBrowser(), { ...config, port: portOf(app) }, app)
  }

  get url(): string {
    return this.#app.url
  }

  /** An empty page with nothing kept from others. */
  async open(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    return new Visit(await context.newPage())
  }

  async stopServer(): Promise<void> {
    await this.#app.close()
  }

  /** On the same port, as after a deployment. */
  async startServer(): Promise<void> {
    this.#app = await start(this.#config, log)
  }

  async insert(name: string, value: number | string, timestamp?: number): Promise<void> {
    const query =
      'mutation ($name: String!, $value: Value, $timestamp: Timestamp) { insert(name: $name, value: $value, timestamp: $timestamp) { inserted } }'
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { name, value, timestamp } }),
    })
    expect(await response.json()).toEqual({ data: { insert: { inserted: 1 } } })
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    await this.#app.close()
    await this.#redis.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const log = createLog('silent')

function portOf({ url }: App): number {
  return Number(new URL(url).port)
}

/** One person's tab, by what they see in it. */
export class Visit {
  readonly page: Page
  /** What the page complained of, a violated content policy among it, and what it asked of others than its server. */
  readonly complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url())
      if (protocol.startsWith('http') && hostname !== 'localhost')
        this.complaints.push(`asked ${request.url()}`)
    })
  }

  /** In the header, whether what is shown is what is. */
  async becomes(expected: string | RegExp): Promise<void> {
    const pattern = expected instanceof RegExp ? expected : new RegExp(`^${expected}$`)
    const status = this.page.getByRole('banner').getByRole('status')
    await expect.poll(() => status.textContent(), { timeout: 20_000 }).toMatch(pattern)
  }

  chart(name: string) {
    return this.page.getByRole('article', { name, exact: true })
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}
