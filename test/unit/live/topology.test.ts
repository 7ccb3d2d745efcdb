import { expect, test } from 'vitest'
import { latest, viewIn } from '../../../src/live/topology.ts'

const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(40))

test('a view has the masters that are not held for dead, their addresses, names and slots', () => {
  const { masters, epoch } = viewIn(
    [
      `${A} 10.0.0.1:7000@17000,a.example myself,master - 0 0 3 connected 5 0-1 7-9 [5->-${B}] [6-<-${C}]`,
      `${B} ::1:7001@17001 master,fail? - 0 0 12 connected`,
      `${C} 10.0.0.3:7002@17002,,tls-port=0 master - 0 0 1 connected 100-200`,
      `${'d'.repeat(40)} 10.0.0.4:7003@17003 slave ${A} 0 0 99 connected`,
      `${'e'.repeat(40)} 10.0.0.5:7004@17004 master,fail - 0 0 2 disconnected 300`,
      `${'f'.repeat(40)} :0@0 master,noaddr - 0 0 0 disconnected`,
      '',
    ].join('\n'),
  )
  expect(masters).toEqual([
    { id: A, host: '10.0.0.1', port: 7000, hostname: 'a.example', slot: 0, slots: '5 0-1 7-9' },
    { id: B, host: '::1', port: 7001, hostname: undefined, slot: undefined, slots: '' },
    { id: C, host: '10.0.0.3', port: 7002, hostname: undefined, slot: 100, slots: '100-200' },
  ])
  expect(epoch).toBe(12)
})

test('of several views that is believed which has heard of the latest change, of such that are equal the first', () => {
  const view = (epoch: number, id: string) =>
    viewIn(`${id} 10.0.0.1:7000@17000 master - 0 0 ${epoch} connected 0-16383`)
  const views = [view(3, 'cut-off'), view(10, 'first'), view(10, 'second'), view(9, 'late')]
  expect(latest(views).masters.map(({ id }) => id)).toEqual(['first'])
})
