import { builder } from './builder.ts'

/** The arguments of every field that reads a range of buckets. */
export const rangeArgs = builder.args((t) => ({
  interval: t.string({
    description: `One of the definition's intervals, by name, else UNKNOWN_INTERVAL. Without it \`start\` must be given and \`steps\` may not be. Chosen is the finest interval that reaches back to \`start\` with at most \`maxPoints\`
(1,000 if absent) buckets; else the coarsest that reaches back so far; else the one that reaches farthest. It is folded where still too many.`,
  }),
  start: t.field({
    type: 'Timestamp',
    description: 'Alone: `steps` from the step that holds it. With `end`: every step between, both included.',
  }),
  end: t.field({
    type: 'Timestamp',
    description: 'Alone: `steps` up to and with the step that holds it. Neither: up to now.',
  }),
  steps: t.int({
    description: `How many steps. Absent: the interval's \`steps\` (100 if it keeps all), at most 1,000. BAD_USER_INPUT: below 1, or beside both
\`start\` and \`end\`; as is \`start\` after \`end\`.`,
  }),
  condensed: t.boolean({
    required: true,
    defaultValue: false,
    description:
      'Fold into one bucket per step, where the interval has a resolution; elsewhere it changes nothing.',
  }),
  collapsed: t.boolean({
    required: true,
    defaultValue: false,
    description: 'Fold into one bucket for the whole range.',
  }),
  maxPoints: t.int({
    description: `Fold neighbours until at most so many buckets remain. Groups are aligned to the time axis, so that they do not move with the window.
A folded bucket has the data and numbers of all that it covers; a folded gauge keeps the last \`value\`.
Absent, with an \`interval\`: nothing is folded. BAD_USER_INPUT below 1.`,
  }),
}))
