import {
  css,
  editorWorkerService,
  favicon,
  graphqlWorker,
  js,
  jsonWorker,
} from '@graphql-yoga/render-graphiql/graphiql'
import type { GraphiQLOptions } from 'graphql-yoga'
import { type PageFile, pageFile } from '../page/page-files.ts'

/**
 * GraphiQL as yoga has it, but what never changes, 9 MB of it, lies in files that a browser keeps; and nothing on the
 * page that is executed is inline.
 */
const files = new Map<string, PageFile>()

function place(name: string, extension: string, bytes: string | Buffer): string {
  const file = pageFile(Buffer.from(bytes), extension)
  const path = `/assets/${name}-${file.hash.slice(0, 8)}${extension}`
  files.set(path, file)
  return path
}

/**
 * Opens GraphiQL with what the address holds, `query` and `variables`, in a tab of its own beside those that are kept, or with
 * the tab that was looked at last. Over WebSocket, too, goes the token that stands in the tab's headers.
 */
const opening = `
const options = JSON.parse(document.querySelector('#options').textContent)
const address = new URL(location.href)
const [query, variables] = ['query', 'variables'].map((name) => address.searchParams.get(name))
const read = (json) => { try { return JSON.parse(json) } catch { return null } }
const kept = read(localStorage.getItem('graphiql:tabState'))
const tabs = Array.isArray(kept?.tabs) ? kept.tabs : []
const active = tabs[kept?.activeTabIndex] ?? options.defaultTabs[0]
const isAsked = (tab) => tab.query === query && (variables ?? tab.variables) === tab.variables
const opened = query ? tabs.find(isAsked) ?? { query, variables: variables ?? '', headers: active.headers } : active

if (query && tabs.length === 0) options.defaultTabs.unshift(opened)
if (address.searchParams.has('variables')) {
  address.searchParams.delete('variables') // from here on they are the tab's
  history.replaceState(null, '', address)
}
let headers = opened.headers
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  ...options,
  query: opened.query ?? '',
  variables: opened.variables ?? '',
  initialHeaders: headers ?? '',
  onTabChange: ({ tabs, activeTabIndex }) => {
    headers = tabs[activeTabIndex]?.headers
  },
  connectionParams: () => {
    const named = Object.entries(read(headers) ?? {}).find(([name]) => name.toLowerCase() === 'authorization')
    return named ? { authorization: named[1] } : {}
  },
})
`

const icon = place('graphiql', '.ico', Buffer.from(favicon.slice(favicon.indexOf(',') + 1), 'base64'))
const style = place('graphiql', '.css', css)
const workers = {
  editorWorkerService: place('editor-worker', '.js', editorWorkerService),
  json: place('json-worker', '.js', jsonWorker),
  graphql: place('graphql-worker', '.js', graphqlWorker),
}
const script = place(
  'graphiql',
  '.js',
  `const workers = ${JSON.stringify(workers)}
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workers[label] };
${js};
${opening}`,
)

/** By path, what the page asks for. */
export const graphiqlFiles: ReadonlyMap<string, PageFile> = files

/** What the page may do; Monaco, its editor, brings styles and fonts of its own. */
export const GRAPHIQL_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The options stand in the page as data, in which nothing can be mistaken for a tag. */
export function renderPage(options: GraphiQLOptions): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${options.title}</title>
    <link rel="icon" href="${icon}" />
    <link rel="stylesheet" href="${style}" />
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>You need to enable JavaScript to run this app.</noscript>
    <div id="root"></div>
    <script id="options" type="application/json">${JSON.stringify(options).replaceAll('<', '\\u003c')}</script>
    <script src="${script}"></script>
  </body>
</html>
`
}
