/** What catching, flaring and touching a moth do to the score and to the light. */
import {
  comboFactor,
  distance,
  type Firefly,
  lightRadius,
  type Round,
  type RoundEvent,
  STEPS_PER_SECOND,
} from './round.ts'

const REACH = 4.6
const POINTS = { amber: 1, blue: 3 }
const LIGHT_PER_CATCH = { amber: 0.075, blue: 0.12 }
const COMBO_SECONDS = 2.5
const FLARE_COST = 0.15
/** With less light than this, there is no flare: it would end the round. */
export const FLARE_MINIMUM = 0.2
const FLARE_COOLDOWN_SECONDS = 1.5
const MOTH_COST = 0.2

/** Catches what the lantern touches. */
export function catchTouched(round: Round): Round {
  const isTouched = (firefly: Firefly) => distance(firefly, round.lantern) < REACH
  return round.fireflies.some(isTouched) ? take(round, isTouched, 0) : round
}

/**
 * Spends light and catches everything in it at once. The more at once, the better: each has as
 * many points more as there are others. Moths in the light fly away.
 */
export function flare(round: Round): Round {
  if (round.light < FLARE_MINIMUM || round.flareCooldownSteps > 0) return round
  const radius = lightRadius(round.light)
  const isLit = (firefly: Firefly) => distance(firefly, round.lantern) < radius
  const caught = round.fireflies.filter(isLit).length
  const spent: Round = {
    ...round,
    light: round.light - FLARE_COST,
    flareCooldownSteps: FLARE_COOLDOWN_SECONDS * STEPS_PER_SECOND,
    moths: round.moths.map((moth) =>
      distance(moth, round.lantern) < radius * 1.3
        ? { ...moth, scaredSteps: 3 * STEPS_PER_SECOND }
        : moth,
    ),
    events: [...round.events, { kind: 'flared', caught }],
  }
  return caught === 0 ? spent : take(spent, isLit, caught - 1)
}

/** A moth that reaches the lantern costs light and the combo. */
export function touchMoths(round: Round): Round {
  const moth = round.moths.find(
    (candidate) => candidate.scaredSteps === 0 && distance(candidate, round.lantern) < REACH,
  )
  if (!moth) return round
  return {
    ...round,
    light: Math.max(0, round.light - MOTH_COST),
    ...{ combo: 0, comboSteps: 0 },
    moths: round.moths.map((other) =>
      other === moth ? { ...moth, scaredSteps: 2 * STEPS_PER_SECOND } : other,
    ),
    events: [...round.events, { kind: 'moth', moth }],
  }
}

function take(round: Round, isTaken: (firefly: Firefly) => boolean, bonus: number): Round {
  let { score, combo, light, caught } = round
  const events: RoundEvent[] = [...round.events]
  for (const firefly of round.fireflies.filter(isTaken)) {
    const points = (POINTS[firefly.kind] + bonus) * comboFactor(combo)
    score += points
    combo += 1
    caught += 1
    light = Math.min(1, light + LIGHT_PER_CATCH[firefly.kind])
    events.push({ kind: 'caught', firefly, points })
  }
  return {
    ...round,
    ...{ score, combo, light, caught, events },
    comboSteps: COMBO_SECONDS * STEPS_PER_SECOND,
    fireflies: round.fireflies.filter((firefly) => !isTaken(firefly)),
  }
}
