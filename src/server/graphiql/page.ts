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
YogaGraphiQL.renderYogaGraphiQL(
  document.querySelector('#root'),
  JSON.parse(document.querySelector('#options').textContent),
)
`,
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
