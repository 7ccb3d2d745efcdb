import { render } from 'preact'
import { connect } from './live/connection.ts'
import { loadDefinitions } from './live/definitions.ts'
import { Page } from './page/page.tsx'
import './page/page.css'

const connection = connect(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`)
const definitions = loadDefinitions(connection)
render(<Page connection={connection} definitions={definitions} />, document.body)
