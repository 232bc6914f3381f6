import type { Toy } from './commands.ts'

/** What is on the shelf after a restock, and at the beginning. */
export const fullStock = 100

/** The catalog of the reference system (names and prices). */
export const referenceToys: readonly Toy[] = (
  [
    ['Tux', 25.99],
    ['Whale', 34.99],
    ['Elephant', 29.99],
    ['Bird', 39.99],
    ['Risk', 15.99],
    ['Sand', 19.99],
    ['Jenga', 21.99],
    ['Uno', 35.99],
    ['Pinball', 49.99],
    ['Clue', 9.99],
  ] as const
).map(([name, price]) => ({ name, price, quantity: fullStock }))
