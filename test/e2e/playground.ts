import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { launchBrowser } from './browser.ts'

/** A whole server with its page, and a browser before it. */
export class Playground {
  readonly #server: TestApp
  readonly #browser: Browser

  private constructor(server: TestApp, browser: Browser) {
    this.#server = server
    this.#browser = browser
  }

  static async start(): Promise<Playground> {
    return new Playground(await startTestApp(), await launchBrowser())
  }

  get url(): string {
    return this.#server.app.url
  }

  /** An empty page with nothing kept from others. */
  async open(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
    return new Visit(await context.newPage())
  }

  async stopServer(): Promise<void> {
    await this.#server.closeApp()
  }

  /** On the same port, as after a deployment. */
  async startServer(): Promise<void> {
    await this.#server.reopenApp()
  }

  async insert(name: string, value: number | string, timestamp?: number): Promise<void> {
    const query =
      'mutation ($name: String!, $value: Value, $timestamp: Timestamp) { insert(name: $name, value: $value, timestamp: $timestamp) { inserted } }'
    const reply = await this.#server.query(query, { name, value, timestamp })
    expect(reply).toEqual({ data: { insert: { inserted: 1 } } })
  }

  async stop(): Promise<void> {
    await this.#browser.close()
    await this.#server.stop()
  }
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

  /** Resolves when no chart is greyed, as those are that the server has not confirmed lately, on a busy machine too. */
  async showsNothingOld(): Promise<void> {
    const old = this.page.locator('[data-condition="stale"]')
    await expect.poll(() => old.count(), { timeout: 20_000 }).toBe(0)
  }

  chart(name: string) {
    return this.page.getByRole('article', { name, exact: true })
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}
