import { type Outcome, values } from './outcome.ts'

/** What became of what was sent; read aloud when it changes. */
export function OutcomeView({ outcome }: { readonly outcome: Outcome }) {
  return (
    <p role="status" class={`outcome ${outcome.kind}`}>
      {outcome.kind === 'refused' ? (
        <>
          <strong>{outcome.code}</strong> {outcome.message}
          {outcome.before ? ` The ${values(outcome.before)} before are inserted.` : ''}
          {outcome.again ? ' Send it again: nothing is written twice.' : ''}
        </>
      ) : (
        outcome.kind !== 'none' && outcome.text
      )}
    </p>
  )
}
