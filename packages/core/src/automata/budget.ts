/** How much work a question about automata may cost, so that no input can take long. */

/** Shared by all questions about one input. */
export interface Budget {
  /** Steps of one edge each. */
  remaining: number
}

export class BudgetExceededError extends Error {
  constructor() {
    super('the question was not decided within the limit of steps')
  }
}

/** @throws {BudgetExceededError} */
export function spend(budget: Budget, steps: number): void {
  budget.remaining -= steps
  if (budget.remaining < 0) throw new BudgetExceededError()
}
