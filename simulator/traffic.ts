import { createHash } from 'node:crypto'
import { conversation, type Happening, type Writer } from './conversation.ts'
import { inventPeople } from './people.ts'
import type { Act } from './platform.ts'
import { Random } from './random.ts'

export interface TrafficOptions {
  /** The same seed and the same beginning: the same traffic. */
  seed: number
  startedAt: Date
  people: number
  /** Requests a second, on average. */
  rate: number
  /** What the platform has a word for. */
  acts: readonly Act['kind'][]
  /** Only people with numbers that nobody can have. */
  fictionOnly: boolean
}

/** Something to be told to Muster. An act that comes again is a redelivery: the same object, and the same bytes. */
export interface Delivery {
  /** From the beginning. */
  afterMs: number
  act: Act
}

const LATE = 0.03
const REDELIVERED = 0.04
/** Between one thing and the next in a conversation, on average. */
const PAUSE_MS = 6000

/** What happens on a channel, without an end: some conversations at a time, told once or twice, at times late and out of order. */
export function* traffic({ seed, startedAt, people, rate, acts, fictionOnly }: TrafficOptions): Generator<Delivery> {
  const random = new Random(seed)
  const idle: Writer[] = inventPeople(random, people, fictionOnly).map(person => ({ person, name: person.name }))
  const talking: { writer: Writer; rest: Iterator<Happening> }[] = []
  const together = Math.min(Math.ceil(rate * PAUSE_MS / 1000), people)
  let count = 0
  const makeId = () => createHash('sha256').update(`${seed} ${startedAt.getTime()} ${count++}`).digest('hex').slice(0, 32)

  const begin = () => {
    const [writer] = idle.splice(random.int(idle.length), 1)
    talking.push({ writer: writer!, rest: conversation(random, writer!, makeId) })
  }
  /** What happens next, in the conversation that waited for long. */
  const next = (): Pick<Act, 'person' | 'name'> & Happening => {
    for (;;) {
      if (talking.length < together) begin()
      const [talk] = talking.splice(random.int(Math.min(3, talking.length)), 1)
      const { value, done } = talk!.rest.next()
      if (done) {
        idle.push(talk!.writer)
        continue
      }
      talking.push(talk!)
      if (acts.includes(value.kind)) return { ...value, ...talk!.writer }
    }
  }

  const later: Delivery[] = []
  const tellLater = (delivery: Delivery) => {
    later.push(delivery)
    later.sort((a, b) => a.afterMs - b.afterMs)
  }
  for (let afterMs = 0; ; afterMs += -Math.log(1 - random.next()) * 1000 / rate) {
    if (later[0] && later[0].afterMs <= afterMs) {
      yield { ...later.shift()!, afterMs }
      continue
    }
    const act: Act = { ...next(), at: new Date(startedAt.getTime() + afterMs) }
    if (random.chance(REDELIVERED)) tellLater({ act, afterMs: afterMs + random.between(500, 15_000) })
    if (random.chance(LATE)) tellLater({ act, afterMs: afterMs + random.between(2000, 20_000) })
    else yield { act, afterMs }
  }
}
