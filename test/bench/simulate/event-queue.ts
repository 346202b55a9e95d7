/** The events of a simulation in the order of their times: a binary heap. */

export interface EventQueue<Event> {
  push(at: number, event: Event): void
  /** @returns the time of the next event, or infinity */
  nextAt(): number
  /** Removes the next event; of events at the same time, any. */
  pop(): Event | undefined
}

export function createEventQueue<Event>(): EventQueue<Event> {
  const times: number[] = []
  const events: Event[] = []

  const timeOf = (index: number) => times[index] ?? Number.POSITIVE_INFINITY
  const swap = (first: number, second: number) => {
    const [time, event] = [timeOf(first), events[first] as Event]
    times[first] = timeOf(second)
    events[first] = events[second] as Event
    times[second] = time
    events[second] = event
  }

  return {
    nextAt: () => timeOf(0),
    push(at, event) {
      times.push(at)
      events.push(event)
      let index = times.length - 1
      for (let parent = (index - 1) >> 1; index > 0; parent = (index - 1) >> 1) {
        if (timeOf(parent) <= timeOf(index)) break
        swap(parent, index)
        index = parent
      }
    },
    pop() {
      const last = times.length - 1
      if (last < 0) return undefined
      swap(0, last)
      times.pop()
      const event = events.pop()
      let index = 0
      for (;;) {
        const left = 2 * index + 1
        const child = timeOf(left + 1) < timeOf(left) ? left + 1 : left
        if (timeOf(index) <= timeOf(child)) return event
        swap(index, child)
        index = child
      }
    },
  }
}
