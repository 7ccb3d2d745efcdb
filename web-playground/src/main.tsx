import { render } from 'preact'
import { startApp } from './page/app.ts'
import { Page } from './page/page.tsx'
import './page/page.css'

render(<Page app={startApp()} />, document.body)
