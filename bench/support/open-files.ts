import { report } from 'node:process'

/** Besides sockets: of Node and of what is read. */
const OTHERS = 200

/** Whether this process, and each like it, may open so many sockets. Node itself asks for as many files as the system allows. */
export function hasRoomFor(sockets: number): boolean {
  const { userLimits } = report.getReport() as { userLimits?: { open_files: { soft: number | string } } }
  const most = Number(userLimits?.open_files.soft ?? Number.POSITIVE_INFINITY)
  return Number.isNaN(most) || most >= sockets + OTHERS // "unlimited"
}
