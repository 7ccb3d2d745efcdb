import { expect, test } from 'vitest'
import { Observed } from '../../../src/client/observed.ts'

test('a value that a listener sets is the last that any other is told', () => {
  const observed = new Observed('connecting')
  const told: string[] = []
  observed.listen((value) => {
    if (value === 'live') observed.value = 'closed'
  })
  observed.listen((value) => told.push(value))
  observed.value = 'live'
  expect(told).toEqual(['closed'])
})

test('a listener that another one ends is told nothing more, one that another one adds nothing yet', () => {
  const observed = new Observed(0)
  const told: string[] = []
  let added = false
  observed.listen(() => {
    end()
    if (!added) observed.listen((value) => told.push(`added ${value}`))
    added = true
  })
  const end = observed.listen((value) => told.push(`ended ${value}`))
  observed.value = 1
  expect(told).toEqual([])
  observed.value = 2
  expect(told).toEqual(['added 2'])
})
