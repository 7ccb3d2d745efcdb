import { useEffect, useRef, useState } from 'preact/hooks'
import { copied } from './copied.ts'
import { Tabs } from './tabs.tsx'
import { tokens } from './tokens.ts'
import './code-view.css'

/** One way to write an operation. */
export interface Code {
  /** on its tab */
  readonly name: 'GraphQL' | 'curl' | 'Page'
  readonly text: string
  /** what is copied, where the text is only its beginning */
  readonly whole?: () => string
}

interface Props {
  readonly label: string
  /** at least one */
  readonly codes: readonly [Code, ...Code[]]
  /** where GraphiQL opens with the operation; null where an address cannot hold it */
  readonly graphiql: string | null
}

/** An operation in words of several languages, to copy or to open in GraphiQL. */
export function CodeView({ label, codes, graphiql }: Props) {
  const [name, setName] = useState<Code['name']>(codes[0].name)
  const { text, whole = () => text } = codes.find((each) => each.name === name) ?? codes[0]
  const code = useRef<HTMLElement>(null)
  const [answer, setAnswer] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setAnswer(null), 2_000)
    return () => clearTimeout(timer)
  }, [answer])

  const copy = async () => {
    if (await copied(whole())) return setAnswer('Copied')
    if (code.current) getSelection()?.selectAllChildren(code.current)
    setAnswer('Selected: press Ctrl+C')
  }
  const tools = (
    <div class="code-tools">
      <button type="button" onClick={copy}>
        {answer ?? 'Copy'}
      </button>
      {graphiql && (
        <a class="button" href={graphiql}>
          Open in GraphiQL
        </a>
      )}
    </div>
  )
  return (
    <section class="code-view" aria-label={label}>
      <Tabs
        label={label}
        names={codes.map((each) => each.name)}
        chosen={name}
        choose={(name) => setName(name)}
        tools={tools}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre tabIndex={0}>
          <code ref={code}>{name === 'GraphQL' ? coloured(text) : text}</code>
        </pre>
      </Tabs>
    </section>
  )
}

function coloured(document: string) {
  return tokens(document).map(({ text, kind }) =>
    kind === 'other' ? text : <span class={kind}>{text}</span>,
  )
}

/** Characters of an address that every server takes. */
const LONGEST_ADDRESS = 6_000

/** Where GraphiQL opens with an operation; null where an address cannot hold it. */
export function graphiqlAddress(document: string): string | null {
  const address = `/graphql?query=${encodeURIComponent(document)}`
  return address.length > LONGEST_ADDRESS ? null : address
}
