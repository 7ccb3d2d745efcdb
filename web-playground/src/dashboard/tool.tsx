import { Icon, type IconName } from '../page/icon.tsx'
import './tool.css'

interface ToolProps {
  readonly icon: IconName
  readonly label: string
  /** whether what it opens is open; absent: it opens nothing */
  readonly open?: boolean
  press(): void
}

/** A button that is an icon in a small chart, and a word in a large one. */
export function Tool({ icon, label, open, press }: ToolProps) {
  return (
    <button type="button" class="tool" title={label} aria-expanded={open} onClick={press}>
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  )
}
