import { useRef, useState } from 'preact/hooks'
import { selfContained, tokens } from './operation.ts'
import './operation-view.css'

interface Props {
  readonly document: string
  readonly variables: Readonly<Record<string, string>>
}

/** The operation that feeds the chart, to copy or to open in GraphiQL. */
export function OperationView({ document, variables }: Props) {
  const text = selfContained(document, variables)
  const code = useRef<HTMLElement>(null)
  const [copied, setCopied] = useState<string | null>(null)

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied('Copied')
    } catch {
      // No clipboard outside of HTTPS and localhost: leave the text selected for the reader's own shortcut.
      if (code.current) getSelection()?.selectAllChildren(code.current)
      setCopied('Selected: press Ctrl+C')
    }
    setTimeout(() => setCopied(null), 2_000)
  }

  return (
    <section class="operation" aria-labelledby="operation-title">
      <header>
        <h2 id="operation-title">The subscription behind this chart</h2>
        <button type="button" onClick={copy}>
          {copied ?? 'Copy'}
        </button>
        <a class="button" href={`/graphql?query=${encodeURIComponent(text)}`}>
          Open in GraphiQL
        </a>
      </header>
      <pre>
        <code ref={code}>
          {tokens(text).map(({ text, kind }) => (kind === 'other' ? text : <span class={kind}>{text}</span>))}
        </code>
      </pre>
    </section>
  )
}
